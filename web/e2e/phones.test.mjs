// What a telephone needs: the screen stays on during a call, and the product can be installed.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromium } from './lib/browser.mjs';
import { join } from './lib/call.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

/** A screen whose lock is looked at; the browser lets go of it when the page is left, as browsers do. */
const screen = () => {
  const own = /** @type {any} */ (globalThis);
  own.held = 0;
  /** @type {(() => void)[]} */
  const locks = [];
  const request = async () => {
    own.held++;
    let released = false;
    const release = async () => {
      if (!released) own.held--;
      released = true;
    };
    locks.push(release);
    return { release };
  };
  Object.defineProperty(navigator, 'wakeLock', { value: { request } });
  own.leave = (/** @type {DocumentVisibilityState} */ state) => {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
    if (state === 'hidden') for (const release of locks.splice(0)) release();
    document.dispatchEvent(new Event('visibilitychange'));
  };
};

describe('a telephone', { timeout: 90_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let browser;
  before(async () => {
    server = await startServer();
    browser = await openChromium({ viewport: { width: 360, height: 780 }, touch: true });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('keeps its screen on during a call, also after the page was left, and no longer', async () => {
    const page = await browser.context.newPage();
    await page.addInitScript(screen);
    const room = await openRoom(server, 'telephone');
    const held = (/** @type {number} */ count) =>
      page.waitForFunction((wanted) => /** @type {any} */ (globalThis).held === wanted, count);
    const leave = (/** @type {DocumentVisibilityState} */ state) =>
      page.evaluate((now) => /** @type {any} */ (globalThis).leave(now), state);
    await page.goto(`${server.url}/${room}`);
    await page.getByRole('textbox', { name: 'Votre nom' }).waitFor();
    assert.equal(await page.evaluate(() => /** @type {any} */ (globalThis).held), 0, 'not at the door');
    await join(page, server.url, room, 'Zoé');
    await held(1);
    await leave('hidden');
    await held(0);
    await leave('visible');
    await held(1);
    await page.getByRole('button', { name: 'Quitter' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await held(0);
    assert.deepEqual(browser.errors, []);
  });

  it('can install it: nothing that a browser asks for is missing', async () => {
    const page = await browser.context.newPage();
    await page.goto(server.url);
    const devtools = await browser.context.newCDPSession(page);
    const { url, errors, data } = await devtools.send('Page.getAppManifest');
    assert.equal(url, `${server.url}/manifest.webmanifest`);
    assert.deepEqual(errors, []);
    for (const { src, sizes } of JSON.parse(data ?? '{}').icons) {
      const icon = await fetch(new URL(src, url));
      assert.ok(icon.ok, src);
      if (!src.endsWith('.png')) continue;
      const picture = Buffer.from(await icon.arrayBuffer());
      assert.equal(`${picture.readUInt32BE(16)}x${picture.readUInt32BE(20)}`, sizes, src);
    }
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    // Tests run in a profile of their own that Chromium takes for a private one.
    const missing = installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito');
    assert.deepEqual(missing, []);
  });
});
