// Names of any length and any direction: on a telephone nothing leaves the window, and no sentence is turned around.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromiums } from './lib/browser.mjs';
import { join } from './lib/call.mjs';
import { actOn, openPeople } from './lib/door.mjs';
import { token } from './lib/operator.mjs';
import { signIn } from './lib/people.mjs';
import { asOwner, openRoom, owner } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

const PHONE = { viewport: { width: 360, height: 640 }, touch: true };
/** As long as a name may be, and nowhere to break it. */
const long = 'W'.repeat(64);
/** What only an operator's token can call somebody: it turns around what follows. */
const turning = `A\u202eegnarts ${'x'.repeat(200)}`;

describe('names', { timeout: 120_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromiums>>} */
  let browsers;
  before(async () => {
    server = await startServer();
    browsers = await openChromiums();
  });
  after(async () => {
    await browsers?.close();
    await server?.stop();
  });

  /** Nothing of the page is wider than its window. @param {import('playwright-core').Page} page @param {string} where */
  async function fits(page, where) {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${where}: ${wide} px too wide`);
  }

  /** @param {import('playwright-core').Locator} part @param {string} where */
  async function inside(part, where) {
    const box = await part.boundingBox();
    assert.ok(box && box.x >= 0 && box.x + box.width <= 360, `${where}: ${JSON.stringify(box)}`);
  }

  it('stay in their place in a call, its toasts, its lists and its dialogs', async () => {
    const room = await openRoom(server, 'noms', { name: long });
    const host = await browsers.somebody(PHONE);
    await signIn(host, server, owner, { name: 'Claire' });
    await join(host, server.url, room, 'Claire');

    const guest = await browsers.somebody(PHONE);
    await join(guest, server.url, room, long);
    const toast = host.locator('[aria-hidden="true"] > p').filter({ hasText: long });
    await inside(toast, 'the toast');
    await fits(host, 'the call');

    // Read from the left: the sentence ends where its words end, whatever the name holds.
    const key = await server.apiKey();
    const grants = { roomJoin: true, room, canPublish: true, canSubscribe: true };
    const operator = token(key, grants, { identity: 'robot', name: turning });
    const blank = await browsers.somebody(PHONE);
    await blank.goto(`${server.url}/test`);
    await blank.waitForFunction(
      ([url, secret]) =>
        new Promise((resolve) => {
          const socket = new WebSocket(
            `${url?.replace('http', 'ws')}/rtc?access_token=${secret}&protocol=15&sdk=js&version=2`,
          );
          socket.onmessage = () => resolve(true);
          socket.onerror = () => resolve(false);
        }),
      [server.url, operator],
      { polling: 200 },
    );
    const turned = host.locator('[aria-hidden="true"] > p').filter({ hasText: 'egnarts' });
    await inside(turned, 'the toast of a name that turns');
    assert.doesNotMatch((await turned.textContent()) ?? '', /[\u202a-\u202e\u2066-\u2069]/);
    await fits(host, 'the call with a name that turns');

    await openPeople(host, true);
    await inside(host.getByRole('dialog').locator('li').filter({ hasText: long }), 'the list');
    await actOn(host, long, 'Exclure de la réunion');
    const dialog = host.getByRole('dialog').filter({ hasText: 'Exclure' }).last();
    for (const part of [
      dialog,
      dialog.getByRole('heading'),
      dialog.getByRole('paragraph').first(),
      dialog.getByRole('button', { name: 'Exclure' }),
    ])
      await inside(part, 'the dialog');
    await fits(host, 'the dialog');
  });

  it('of rooms widen no page', async () => {
    const room = await openRoom(server, 'noms', { name: long });
    const page = await browsers.somebody(PHONE);
    await signIn(page, server, owner, { name: 'Claire' });
    for (const path of ['/', `/${room}`, '/settings/rooms', `/settings/rooms/${room}`]) {
      await page.goto(`${server.url}${path}`);
      await page.getByText(long).first().waitFor();
      await fits(page, path);
    }
    await page.goto(`${server.url}/settings/rooms/${room}`);
    await page.getByRole('button', { name: 'Supprimer la salle' }).click();
    await inside(page.getByRole('dialog').getByRole('heading'), 'the dialog');
    await asOwner(server, 'DELETE', `/rooms/${room}`);
  });
});
