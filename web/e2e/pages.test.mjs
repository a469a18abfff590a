// Only pictures on screen are received; every voice is, on whatever page its owner stands.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromium } from './lib/browser.mjs';
import { join, receives, seesAndHears, tileOf } from './lib/call.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

describe('pages of people', { timeout: 240_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let browser;
  before(async () => {
    server = await startServer();
    browser = await openChromium({ viewport: { width: 360, height: 700 } });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('receive what is seen, and hear everyone', async () => {
    const room = await openRoom(server, 'pages');
    const names = ['Aminata', 'Samir', 'Théo'];
    for (const name of names) await join(await browser.context.newPage(), server.url, room, name);
    const zoe = await browser.context.newPage();
    await join(zoe, server.url, room, 'Zoé');
    await seesAndHears(zoe, names);

    // Speaker view on a phone: one on the stage, two in the strip, the rest on the next page.
    await zoe.getByRole('button', { name: 'Plus', exact: true }).click();
    await zoe.getByRole('button', { name: 'Intervenant' }).click();
    await zoe.getByRole('navigation', { name: 'Pages de participants' }).waitFor();
    const visible = async () => {
      const found = [];
      for (const name of names) if ((await tileOf(zoe, name).count()) > 0) found.push(name);
      return found;
    };
    const settled = (/** @type {string[]} */ shown) =>
      receives(
        zoe,
        (tracks, expected) => {
          const cameras = tracks
            .filter((one) => one.source === 'camera' && one.subscribed)
            .map((one) => one.from);
          const voices = tracks.filter((one) => one.source === 'microphone' && one.subscribed);
          return voices.length === 3 && cameras.sort().join() === expected.sort().join();
        },
        shown,
      );
    const first = await visible();
    assert.ok(first.length > 0 && first.length < names.length, `some are out of sight: ${first}`);
    await settled(first);
    await seesAndHears(zoe, names, { picture: false });

    await zoe.getByRole('button', { name: 'Page suivante' }).click();
    const second = await visible();
    assert.notDeepEqual(second, first);
    await settled(second);
    await seesAndHears(zoe, second, { sound: false });
    assert.deepEqual(browser.errors, []);
  });
});
