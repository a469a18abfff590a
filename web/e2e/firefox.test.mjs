// Real Firefox and real Chromium in one room: each sees and hears the other.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromium } from './lib/browser.mjs';
import { join, receives, seesAndHears, tileOf } from './lib/call.mjs';
import { joinInFirefox, openFirefox } from './lib/firefox.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

describe('Firefox', { timeout: 240_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let chromium;
  /** @type {import('./lib/firefox.mjs').Firefox} */
  let firefox;
  before(async () => {
    server = await startServer();
    chromium = await openChromium({ viewport: { width: 900, height: 600 } });
    firefox = await openFirefox();
  });
  after(async () => {
    await firefox?.close();
    await chromium?.close();
    await server?.stop();
  });

  it('joins, publishes, and both browsers see and hear each other', async () => {
    const room = await openRoom(server, 'firefox');
    const zoe = await chromium.context.newPage();
    await join(zoe, server.url, room, 'Zoé');

    const { page: fox, errors } = await joinInFirefox(firefox, server.url, room, 'Renard');

    await seesAndHears(zoe, ['Renard'], { within: 40_000 });
    await seesAndHears(fox, ['Zoé'], { within: 40_000 });

    // A picture switched off travels both ways.
    await fox.keyboard.down('Control');
    await fox.keyboard.press('e');
    await fox.keyboard.up('Control');
    await tileOf(zoe, 'Renard').locator('video').waitFor({ state: 'detached' });
    await zoe.keyboard.press('Control+e');
    await fox.waitForFunction(() => !document.querySelector('[role="group"][aria-label="Zoé"] video'), {
      polling: 100,
    });
    await fox.keyboard.down('Control');
    await fox.keyboard.press('e');
    await fox.keyboard.up('Control');
    await zoe.keyboard.press('Control+e');
    await seesAndHears(zoe, ['Renard'], { within: 40_000 });
    await seesAndHears(fox, ['Zoé'], { within: 40_000 });
    await receives(zoe, (tracks) => tracks.length >= 2);
    assert.deepEqual(errors, []);
    assert.deepEqual(chromium.errors, []);
  });
});
