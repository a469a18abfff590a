// What people say without words: reactions and raised hands, seen on tiles, in the list, and heard by screen readers.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { join, tileOf } from './lib/call.mjs';
import { breakInCall } from './lib/inCall.mjs';
import { asOwner, openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

describe('signs', { timeout: 180_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let browser;
  /** @typedef {import('playwright-core').Page} Page */
  /** @type {[Page, Page, Page]} */
  let pages;
  /** @type {Awaited<ReturnType<typeof breakInCall>>} */
  let inCall;
  /** @type {string} */
  let room;
  const names = ['Zoé Nguyen', 'Jérôme Blanc', 'Nadia Kessler'];
  const announced = (/** @type {Page} */ page, /** @type {RegExp} */ words) =>
    page.locator('[data-announcer] p').filter({ hasText: words }).waitFor({ state: 'attached' });

  before(async () => {
    server = await startServer();
    room = await openRoom(server, 'signes');
    browser = await openChromium({ viewport: { width: 1100, height: 700 } });
    const open = () => browser.context.newPage();
    pages = [await open(), await open(), await open()];
    for (const [i, page] of pages.entries()) await join(page, server.url, room, names[i] ?? '');
    inCall = await breakInCall(browser.context);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('react: seen on the tile, announced, gone by themselves', async () => {
    const [zoe, jerome, nadia] = pages;
    for (const page of [jerome, nadia]) {
      await page.getByRole('button', { name: 'Réagir' }).click();
      await page.getByRole('group', { name: 'Réactions' }).waitFor();
    }
    await assertAccessible(nadia, 'the reactions');
    // One sentence or two, as quick as this machine is: test/announcements.test.ts proves how they are gathered.
    const said = ['Jérôme Blanc', 'Nadia Kessler'].map((name) =>
      announced(zoe, new RegExp(`${name}.* applaudi(t|ssent)$`)),
    );
    const applaud = (/** @type {Page} */ page) => page.getByRole('button', { name: 'Applaudir' }).click();
    await Promise.all([applaud(jerome), applaud(nadia)]);
    const onTile = (/** @type {Page} */ page, /** @type {string} */ name) =>
      tileOf(page, name).getByRole('img', { name: 'Applaudir' });
    await onTile(zoe, 'Jérôme Blanc').waitFor();
    await onTile(zoe, 'Nadia Kessler').waitFor();
    await onTile(jerome, 'Vous').waitFor();
    await Promise.all(said);
    await onTile(zoe, 'Nadia Kessler').waitFor({ state: 'detached' });
    // Nobody is told of their own reaction by the others' line.
    assert.equal(await jerome.locator('[data-announcer]').filter({ hasText: 'Jérôme' }).count(), 0);
  });

  it('react: no faster than the others listen', async () => {
    const [zoe, jerome] = pages;
    await zoe.evaluate(() => {
      const own = /** @type {any} */ (globalThis);
      own.__reactions = 0;
      new MutationObserver((records) => {
        for (const { addedNodes } of records)
          for (const node of addedNodes)
            if (node instanceof HTMLElement && node.dataset.reaction) own.__reactions++;
      }).observe(document.body, { subtree: true, childList: true });
    });
    // Around the interface, as a hostile page would: one reaction, many times.
    await jerome.evaluate(async () => {
      const { room } = /** @type {any} */ (globalThis)[Symbol.for('palabre.call')];
      const payload = new TextEncoder().encode('{"reaction":"laugh"}');
      for (let i = 0; i < 60; i++)
        await room.localParticipant.publishData(payload, { reliable: true, topic: 'palabre.reaction' });
      await room.localParticipant.publishData(new TextEncoder().encode('{"reaction":"love"}'), {
        reliable: true,
        topic: 'somewhere.else',
      });
    });
    await tileOf(zoe, 'Jérôme Blanc').getByRole('img', { name: 'Rire' }).waitFor();
    await tileOf(zoe, 'Jérôme Blanc').getByRole('img').waitFor({ state: 'detached' });
    const seen = await zoe.evaluate(() => /** @type {any} */ (globalThis).__reactions);
    assert.ok(seen >= 1 && seen <= 8, `${seen} of 60 were shown`);
    await jerome.keyboard.press('Escape');
    await jerome.getByRole('group', { name: 'Réactions' }).waitFor({ state: 'detached' });
  });

  it('raise hands, in the order of their turns, and lower them', async () => {
    const [zoe, jerome, nadia] = pages;
    await nadia.keyboard.press('Escape');
    await nadia.getByRole('button', { name: 'Main', exact: true }).click();
    await nadia.getByRole('button', { name: 'Main levée (tour de parole n° 1)' }).waitFor();
    await announced(zoe, /^Nadia Kessler lève la main$/);
    await jerome.getByRole('button', { name: 'Main', exact: true }).click();
    await jerome.getByRole('button', { name: 'Main levée (tour de parole n° 2)' }).waitFor();
    await tileOf(zoe, 'Nadia Kessler').getByText('tour de parole n° 1').waitFor({ state: 'attached' });
    await tileOf(zoe, 'Jérôme Blanc').getByText('tour de parole n° 2').waitFor({ state: 'attached' });
    await zoe.getByRole('button', { name: /personnes/ }).click();
    const rows = zoe.getByRole('complementary').getByRole('listitem');
    const order = async () =>
      (await rows.allTextContents()).map((text) => names.find((it) => text.includes(it)));
    await assertAccessible(zoe, 'raised hands');
    assert.deepEqual(await order(), ['Nadia Kessler', 'Jérôme Blanc', 'Zoé Nguyen']);
    await nadia.getByRole('button', { name: /^Main levée/ }).click();
    await jerome.getByRole('button', { name: 'Main levée (tour de parole n° 1)' }).waitFor();
    await jerome.getByRole('button', { name: /^Main levée/ }).click();
    await jerome.getByRole('button', { name: 'Main', exact: true }).waitFor();
    await rows.first().filter({ hasText: 'Zoé Nguyen' }).waitFor();
    await zoe.keyboard.press('Escape');
  });

  it('say that a hand could not be raised, and let try again', async () => {
    const [zoe] = pages;
    inCall.fail(true);
    await zoe.getByRole('button', { name: 'Main', exact: true }).click();
    await zoe.getByRole('alert').filter({ hasText: 'La main n’a pas pu être levée' }).waitFor();
    inCall.fail(false);
    await zoe.getByRole('button', { name: 'Main', exact: true }).click();
    await zoe.getByRole('button', { name: /^Main levée/ }).waitFor();
    await zoe.getByRole('alert').waitFor({ state: 'detached' });
    await zoe.getByRole('button', { name: /^Main levée/ }).click();
  });

  it('name the host, on the tile and in the list', async () => {
    const [zoe, jerome] = pages;
    const identity = await jerome.evaluate(
      () => /** @type {any} */ (globalThis)[Symbol.for('palabre.call')].room.localParticipant.identity,
    );
    await asOwner(server, 'POST', `/rooms/${room}/participants/${identity}/promote`);
    await tileOf(zoe, 'Jérôme Blanc').getByText('Jérôme Blanc · hôte').waitFor();
    await tileOf(jerome, 'Vous').getByText('Vous · hôte').waitFor();
  });

  it('are made on a phone from the bar and the sheet', async () => {
    const [zoe, jerome] = pages;
    await zoe.setViewportSize({ width: 360, height: 740 });
    await zoe.getByRole('button', { name: 'Main', exact: true }).waitFor();
    await zoe.getByRole('button', { name: 'Plus', exact: true }).click();
    await assertAccessible(zoe, 'the sheet of a phone');
    await zoe.getByRole('dialog').getByRole('button', { name: 'Bravo' }).click();
    await zoe.getByRole('dialog').waitFor({ state: 'detached' });
    await tileOf(jerome, 'Zoé Nguyen').getByRole('img', { name: 'Bravo' }).waitFor();
    await zoe.getByRole('button', { name: 'Plus', exact: true }).click();
    await zoe.getByRole('dialog').getByRole('button', { name: 'Discussion' }).click();
    await zoe.getByRole('textbox', { name: 'Écrire à tout le monde' }).waitFor();
  });

  it('end without an error in any page', () => assert.deepEqual(browser.errors, []));
});
