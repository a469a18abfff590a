// What people do outside and inside of calls, in real Firefox: signing in, rooms, invitations, and a whole conversation.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromiums } from './lib/browser.mjs';
import { join, receives, tileOf } from './lib/call.mjs';
import { chooserGives } from './lib/drawnScreen.mjs';
import { askInFirefox, firefoxInCall, firefoxPage, named, openFirefox } from './lib/firefox.mjs';
import { codeFor, lettersTo } from './lib/people.mjs';
import { asOwner, openRoom, owner } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

describe('journeys in Firefox', { timeout: 240_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromiums>>} */
  let chromiums;
  /** @type {import('./lib/firefox.mjs').Firefox} */
  let firefox;
  /** @typedef {import('./lib/firefox.mjs').Page} Page */
  before(async () => {
    server = await startServer();
    server.linkFor(owner, { name: 'Claire Martin' });
    chromiums = await openChromiums();
    firefox = await openFirefox();
  });
  after(async () => {
    await firefox?.close();
    await chromiums?.close();
    await server?.stop();
  });

  /** @type {string[]} */
  const errors = [];
  const press = (/** @type {Page} */ page, /** @type {string} */ role, /** @type {string} */ name) =>
    page.locator(named(role, name)).click();
  const see = (/** @type {Page} */ page, /** @type {string} */ text) =>
    page.locator(`::-p-text(${text})`).wait();
  const at = (/** @type {Page} */ page, /** @type {string} */ path) =>
    page.waitForFunction((wanted) => location.pathname === wanted, { polling: 100 }, path);

  /** @type {Page} */
  let claire;

  it('signs in by a code, makes a room, and changes who enters', async () => {
    claire = await firefoxPage(firefox, errors);
    await claire.goto(`${server.url}/sign-in`);
    await claire.locator(named('textbox', 'Adresse électronique')).fill(owner);
    await claire.keyboard.press('Enter');
    await claire.locator(named('textbox', 'Code à six chiffres')).fill(await codeFor(server, owner));
    await at(claire, '/');
    await see(claire, 'Bonjour Claire');

    await press(claire, 'button', 'Nouvelle salle');
    await claire.locator(named('textbox', 'Nom de la salle')).fill('Équipe produit');
    await see(claire, 'Adresse libre');
    await press(claire, 'button', 'Créer la salle');
    await see(claire, '/equipe-produit');

    await claire.goto(`${server.url}/settings/rooms/equipe-produit`);
    const locked = await claire.waitForSelector('input[type="radio"][value="locked"]');
    await locked?.click();
    await press(claire, 'button', 'Enregistrer les modifications');
    await see(claire, 'Modifications enregistrées');
    assert.equal((await asOwner(server, 'GET', '/rooms/equipe-produit')).access, 'locked');
  });

  it('invites somebody, who comes in by the letter', async () => {
    const email = 'nadia.kessler@example.org';
    await claire.goto(`${server.url}/settings/people`);
    await press(claire, 'button', 'Inviter une personne');
    await claire.locator(named('textbox', 'Adresse électronique')).fill(email);
    await press(claire, 'button', 'Envoyer l’invitation');
    await see(claire, 'Invitation envoyée à');

    const [letter] = await lettersTo(server, email);
    const link = /https?:\/\/\S+/.exec(letter?.text ?? '')?.[0] ?? '';
    const nadia = await firefoxPage(firefox, errors);
    await nadia.goto(link);
    await press(nadia, 'button', 'Continuer');
    await at(nadia, '/');
    await nadia.browserContext().close();
  });

  it('writes, raises a hand, reacts and shares a screen, with Chromium', async () => {
    const room = await openRoom(server, 'conversation');
    const zoe = await chromiums.somebody({ viewport: { width: 1100, height: 700 } });
    await join(zoe, server.url, room, 'Zoé');
    const fox = await firefoxPage(firefox, errors);
    await fox.evaluateOnNewDocument(chooserGives, { surface: 'window', sound: false, ownTab: false });
    await askInFirefox(fox, server.url, room, 'Renard');
    await firefoxInCall(fox);
    await tileOf(zoe, 'Renard').waitFor();

    await press(fox, 'button', 'Discussion');
    await fox.locator(named('textbox', 'Écrire à tout le monde')).fill('Bonjour de Firefox');
    await fox.keyboard.press('Enter');
    await zoe.getByRole('button', { name: /^Discussion.*non lu/ }).click();
    await zoe.getByRole('log').getByText('Bonjour de Firefox').waitFor();
    await zoe.getByRole('textbox', { name: 'Écrire à tout le monde' }).fill('Bonjour de Chromium');
    await zoe.keyboard.press('Enter');
    await see(fox, 'Bonjour de Chromium');

    await press(fox, 'button', 'Main');
    await zoe.locator('[data-announcer]').getByText('Renard lève la main').waitFor({ state: 'attached' });
    await press(fox, 'button', 'Réagir');
    await press(fox, 'button', 'Applaudir');
    await tileOf(zoe, 'Renard').getByRole('img', { name: 'Applaudir' }).waitFor();

    await press(fox, 'button', 'Partager');
    await tileOf(zoe, 'Écran · Renard').locator('video').waitFor();
    await receives(zoe, (tracks) =>
      tracks.some((one) => one.source === 'screen_share' && one.framesDecoded > 0),
    );
    await press(fox, 'button', 'Quitter');
    await fox.waitForSelector('[data-reason="left"]');
    await zoe.context().close();
  });

  it('ends without an error in any page', () => {
    assert.deepEqual(errors, []);
    assert.deepEqual(chromiums.errors, []);
  });
});
