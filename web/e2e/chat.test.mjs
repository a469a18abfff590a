// The conversation the server keeps: read by latecomers, honest about what was not sent, never sent twice.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromium } from './lib/browser.mjs';
import { join } from './lib/call.mjs';
import { breakInCall } from './lib/inCall.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

describe('kept messages', { timeout: 180_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let browser;
  /** @typedef {import('playwright-core').Page} Page */
  /** @type {[Page, Page]} */
  let pages;
  /** @type {Awaited<ReturnType<typeof breakInCall>>} */
  let inCall;
  /** @type {string} */
  let room;
  const open = (/** @type {Page} */ page) => page.getByRole('button', { name: /^Discussion/ }).click();
  const write = async (/** @type {Page} */ page, /** @type {string} */ text) => {
    await page.getByRole('textbox', { name: 'Écrire à tout le monde' }).fill(text);
    await page.keyboard.press('Enter');
  };
  const line = (/** @type {Page} */ page, /** @type {string} */ text) =>
    page.getByRole('log').getByRole('article').filter({ hasText: text });

  before(async () => {
    server = await startServer();
    room = await openRoom(server, 'ecrit');
    browser = await openChromium({ viewport: { width: 1100, height: 700 } });
    pages = [await browser.context.newPage(), await browser.context.newPage()];
    await join(pages[0], server.url, room, 'Zoé');
    inCall = await breakInCall(browser.context);
    await join(pages[1], server.url, room, 'Samir');
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('arrive at everybody once, marked until they are read', async () => {
    const [zoe, samir] = pages;
    await open(zoe);
    await zoe.getByText('les personnes qui arriveront plus tard les verront').waitFor();
    await write(zoe, 'Ordre du jour : https://example.org/jour');
    await samir.getByRole('button', { name: 'Discussion (1 message non lu)' }).waitFor();
    await samir.locator('[data-announcer]').getByText('Message de Zoé').waitFor({ state: 'attached' });
    await open(samir);
    assert.equal(
      await line(samir, 'Ordre du jour').getByRole('link').getAttribute('href'),
      'https://example.org/jour',
    );
    await samir.getByRole('button', { name: 'Discussion', exact: true }).waitFor();
    await write(samir, 'Merci');
    await line(zoe, 'Merci').waitFor();
    assert.equal(await line(zoe, 'Ordre du jour').count(), 1);
    assert.equal(await line(samir, 'Merci').count(), 1);
  });

  it('are there for whoever comes late', async () => {
    const late = await browser.context.newPage();
    await join(late, server.url, room, 'Nadia');
    await late.getByRole('button', { name: 'Discussion (2 messages non lus)' }).click();
    const read = await late.getByRole('log').getByRole('article').allTextContents();
    assert.deepEqual(
      read.map((text) => /Ordre|Merci/.exec(text)?.[0]),
      ['Ordre', 'Merci'],
    );
    await late.close();
  });

  it('say that they were not sent, and why, and are sent again', async () => {
    const [zoe, samir] = pages;
    inCall.fail(true);
    await write(zoe, 'Un peu de patience');
    const failed = line(zoe, 'Un peu de patience');
    await failed.getByRole('alert').filter({ hasText: 'n’a pas fonctionné sur le serveur' }).waitFor();
    inCall.fail(false);
    await failed.getByRole('button', { name: 'Réessayer' }).click();
    await line(samir, 'Un peu de patience').waitFor();
    await failed.getByRole('alert').waitFor({ state: 'detached' });
    assert.equal(await line(samir, 'Un peu de patience').count(), 1);
  });

  it('are not sent twice when only the answer was lost', async () => {
    const [zoe, samir] = pages;
    inCall.loseAnswers(true);
    await write(zoe, 'Une seule fois');
    // The server tells everybody what it keeps, whoever wrote it: the writer needs no answer.
    const written = line(zoe, 'Une seule fois');
    await written.getByRole('time').waitFor();
    await line(samir, 'Une seule fois').waitFor();
    inCall.loseAnswers(false);
    assert.equal(await written.getByRole('alert').count(), 0);
    assert.equal(await line(zoe, 'Une seule fois').count(), 1);
    assert.equal(await line(samir, 'Une seule fois').count(), 1);
    const late = await browser.context.newPage();
    await join(late, server.url, room, 'Nadia');
    await open(late);
    await line(late, 'Une seule fois').waitFor();
    assert.equal(await line(late, 'Une seule fois').count(), 1, 'kept once');
    await late.close();
  });

  it('cannot be forged by another participant', async () => {
    const [zoe, samir] = pages;
    await samir.evaluate(async () => {
      const { room } = /** @type {any} */ (globalThis)[Symbol.for('palabre.call')];
      const sent = new Date().toISOString();
      const message = { id: 'zzz', identity: 'somebody', name: 'La direction', text: 'Faux', sent };
      await room.localParticipant.publishData(new TextEncoder().encode(JSON.stringify(message)), {
        reliable: true,
        topic: 'palabre.chat',
      });
    });
    // What comes after it on the same way is there; it is not.
    await write(samir, 'Vrai');
    await line(zoe, 'Vrai').waitFor();
    assert.equal(await line(zoe, 'Faux').count(), 0);
  });

  it('end without an error in any page', () => assert.deepEqual(browser.errors, []));
});
