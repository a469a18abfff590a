// Nobody else learns of a meeting: from the first page to goodbye, browsers speak with our server alone.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromium } from './lib/browser.mjs';
import { join, seesAndHears } from './lib/call.mjs';
import { signIn } from './lib/people.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

/** Remembers the servers that connections of sound and picture are told to ask. */
const watchConnections = () => {
  const own = /** @type {any} */ (globalThis);
  own.iceServers = [];
  own.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(/** @type {RTCConfiguration | undefined} */ configuration) {
      super(configuration);
      own.iceServers.push(...(configuration?.iceServers ?? []));
    }
    setConfiguration(/** @type {RTCConfiguration} */ configuration) {
      own.iceServers.push(...(configuration.iceServers ?? []));
      super.setConfiguration(configuration);
    }
  };
};

describe('third parties', { timeout: 120_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let browser;
  before(async () => {
    server = await startServer();
    browser = await openChromium();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('are asked for nothing', async () => {
    const { host } = new URL(server.url);
    /** @type {Set<string>} */
    const asked = new Set();
    const note = (/** @type {string} */ address) => {
      const url = new URL(address);
      if (url.protocol !== 'blob:' && url.protocol !== 'data:') asked.add(url.host);
    };
    browser.context.on('request', (request) => note(request.url()));
    browser.context.on('page', (page) => page.on('websocket', (socket) => note(socket.url())));
    await browser.context.addInitScript(watchConnections);

    const room = await openRoom(server, 'entre-nous');
    const samir = await browser.context.newPage();
    await join(samir, server.url, room, 'Samir');
    const zoe = await browser.context.newPage();
    await signIn(zoe, server, 'zoe@example.org', { name: 'Zoé Nguyen' });
    await zoe.getByRole('heading', { name: 'Toutes les salles' }).waitFor();
    await zoe.goto(`${server.url}/settings/rooms`);
    await zoe.getByRole('heading', { level: 1 }).waitFor();
    await join(zoe, server.url, room, 'Zoé');
    await seesAndHears(zoe, ['Samir']);
    await zoe.getByRole('button', { name: /^Discussion/ }).click();
    await zoe.getByRole('textbox').fill('Voyez https://example.org/carte.png');
    await zoe.keyboard.press('Enter');
    await samir.getByRole('button', { name: /^Discussion/ }).click();
    await samir.getByRole('log').getByRole('link').waitFor();
    const servers = await zoe.evaluate(() => /** @type {any} */ (globalThis).iceServers);
    await zoe.getByRole('button', { name: 'Quitter' }).click();
    await zoe.getByRole('heading', { level: 1 }).waitFor();

    assert.deepEqual([...asked], [host]);
    for (const { urls } of servers) {
      for (const url of [urls].flat())
        assert.match(url, new RegExp(`^(stun|turns?):${new URL(server.url).hostname}[:?]`));
    }
    assert.deepEqual(browser.errors, []);
  });
});
