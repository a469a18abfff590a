// A whole call between people in real Chromium: seen, heard, silenced, shared, written, left.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromium } from './lib/browser.mjs';
import { join, received, receives, seesAndHears, tileOf } from './lib/call.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

describe('a call', { timeout: 240_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let browser;
  /** @typedef {import('playwright-core').Page} Page */
  /** @type {[Page, Page, Page]} */
  let pages;
  const names = ['Zoé Nguyen', 'Jérôme Blanc', 'Nadia Kessler'];
  /** @type {string} */
  let room;

  before(async () => {
    server = await startServer();
    room = await openRoom(server, 'equipe');
    browser = await openChromium({
      flags: ['--auto-accept-this-tab-capture', '--auto-select-desktop-capture-source=Entire screen'],
    });
    const open = () => browser.context.newPage();
    pages = [await open(), await open(), await open()];
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });
  const others = (/** @type {number} */ me) => names.filter((_, i) => i !== me);

  it('three people see and hear one another', async () => {
    for (const [i, page] of pages.entries()) await join(page, server.url, room, names[i] ?? '');
    for (const [i, page] of pages.entries()) await seesAndHears(page, others(i));
  });

  it('says who is already there to whoever stands at the door', async () => {
    const door = await browser.context.newPage();
    await door.goto(`${server.url}/${room}`);
    const form = door.locator('form').filter({ hasText: 'sont déjà là' });
    await form.filter({ hasText: 'Zoé' }).waitFor();
    await door.close();
  });

  it('receives smaller pictures for smaller tiles', async () => {
    const [zoe] = pages;
    const width = (/** @type {any[]} */ tracks, /** @type {any} */ want) => {
      const track = tracks.find((one) => one.from === want.from && one.source === 'camera');
      return want.more ? track.width >= want.than : track.width > 0 && track.width <= want.than;
    };
    await zoe.getByRole('button', { name: /^Affichage/ }).click();
    await zoe.getByRole('menuitemradio', { name: 'Intervenant' }).click();
    await zoe.getByRole('button', { name: /personnes/ }).click();
    const people = zoe.getByRole('complementary');
    await people.getByRole('button', { name: 'Épingler Jérôme Blanc' }).click();
    await receives(zoe, width, { from: 'Jérôme Blanc', more: true, than: 640 });
    await receives(zoe, width, { from: 'Nadia Kessler', more: false, than: 480 });
    await people.getByRole('button', { name: 'Épingler Nadia Kessler' }).click();
    await receives(zoe, width, { from: 'Nadia Kessler', more: true, than: 640 });
    await receives(zoe, width, { from: 'Jérôme Blanc', more: false, than: 480 });
    await zoe.getByRole('button', { name: /^Affichage/ }).click();
    await zoe.getByRole('menuitemradio', { name: 'Grille' }).click();
    await zoe.keyboard.press('Escape');
  });

  it('shows and stops a silenced microphone and camera', async () => {
    const [zoe, jerome] = pages;
    await jerome.getByRole('button', { name: /^Micro/ }).click();
    await jerome.getByRole('button', { name: 'Micro coupé' }).waitFor();
    await tileOf(zoe, 'Jérôme Blanc').getByText('Micro coupé').waitFor({ state: 'attached' });
    await jerome.getByRole('button', { name: /^Caméra/ }).click();
    await tileOf(zoe, 'Jérôme Blanc').locator('video').waitFor({ state: 'detached' });
    await jerome.keyboard.press('Control+d');
    await jerome.keyboard.press('Control+e');
    await jerome.getByRole('button', { name: 'Micro activé' }).waitFor();
    await tileOf(zoe, 'Jérôme Blanc').locator('video').waitFor();
    await seesAndHears(zoe, ['Jérôme Blanc']);
  });

  it('shows who speaks', async () => {
    // The fake microphone talks, then pauses.
    await pages[0].locator('[data-tile][data-speaking]').first().waitFor({ timeout: 20_000 });
  });

  it('carries written messages, with links and an unread mark', async () => {
    const [zoe, jerome] = pages;
    await jerome.getByRole('button', { name: /^Discussion/ }).click();
    await jerome
      .getByRole('textbox', { name: 'Écrire à tout le monde' })
      .fill('Voir https://example.org/ordre.');
    await jerome.keyboard.press('Enter');
    await zoe.getByRole('button', { name: 'Discussion (1 message non lu)' }).click();
    const link = zoe.getByRole('log').getByRole('link');
    assert.equal(await link.getAttribute('href'), 'https://example.org/ordre');
    assert.match((await link.getAttribute('rel')) ?? '', /noopener/);
    await zoe.getByRole('textbox', { name: 'Écrire à tout le monde' }).fill('Merci <b>à tous</b>');
    await zoe.getByRole('button', { name: 'Envoyer' }).click();
    await jerome.getByRole('log').getByText('Merci <b>à tous</b>').waitFor();
    await zoe.keyboard.press('Escape');
  });

  it('gives the stage to a shared screen', async () => {
    const [zoe, , nadia] = pages;
    await nadia.getByRole('button', { name: 'Partager' }).click();
    await nadia.getByText('Vous partagez tout l’écran').waitFor();
    await tileOf(zoe, 'Écran · Nadia Kessler').locator('video').waitFor();
    await receives(zoe, (tracks) =>
      tracks.some((one) => one.source === 'screen_share' && one.framesDecoded > 0),
    );
    await nadia.getByRole('toolbar').getByRole('button', { name: 'Arrêter' }).click();
    await tileOf(zoe, 'Écran · Nadia Kessler').waitFor({ state: 'detached' });
  });

  it('lets somebody come late and see everyone', async () => {
    const late = await browser.context.newPage();
    await join(late, server.url, room, 'Samir Rahal');
    await seesAndHears(late, names);
    await seesAndHears(pages[0], ['Samir Rahal']);
    // A page that is closed without a word is gone for the others as well.
    await late.close();
    await tileOf(pages[0], 'Samir Rahal').waitFor({ state: 'detached', timeout: 20_000 });
  });

  it('says goodbye and lets come back', async () => {
    const [zoe, jerome] = pages;
    await jerome.getByRole('button', { name: 'Quitter' }).click();
    await jerome.getByRole('heading', { name: 'Vous avez quitté la salle' }).waitFor();
    await tileOf(zoe, 'Jérôme Blanc').waitFor({ state: 'detached' });
    await jerome.getByRole('button', { name: 'Revenir dans la salle' }).click();
    await jerome.getByRole('button', { name: 'Rejoindre', exact: true }).click();
    await jerome.getByRole('toolbar').waitFor();
    await seesAndHears(jerome, ['Zoé Nguyen', 'Nadia Kessler']);
  });

  it('ends without an error in any page', async () => {
    assert.deepEqual(browser.errors, []);
    assert.ok((await received(pages[0])).length > 0);
  });
});
