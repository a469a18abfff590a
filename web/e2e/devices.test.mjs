// Devices during a call: one is plugged in or pulled out, the microphone is off while one talks, and never are two asked
// for at once.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { join, seesAndHears } from './lib/call.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

/** Hides the devices of these names until they are plugged in, and counts what the page asks for. */
const drawer = (/** @type {string[]} */ names) => {
  const media = navigator.mediaDevices;
  const own = /** @type {any} */ (globalThis);
  const hidden = new Set(names);
  const list = media.enumerateDevices.bind(media);
  media.enumerateDevices = async () => (await list()).filter(({ label }) => !hidden.has(label));
  own.plug = (/** @type {string} */ name, /** @type {boolean} */ there) => {
    if (there) hidden.delete(name);
    else hidden.add(name);
    media.dispatchEvent(new Event('devicechange'));
  };
  own.asked = { now: 0, atOnce: 0 };
  /** @type {MediaStreamTrack[]} */
  own.microphones = [];
  const real = media.getUserMedia.bind(media);
  media.getUserMedia = async (wanted) => {
    own.asked.atOnce = Math.max(own.asked.atOnce, ++own.asked.now);
    try {
      const stream = await real(wanted);
      own.microphones.push(...stream.getAudioTracks());
      return stream;
    } finally {
      own.asked.now--;
    }
  };
};

describe('devices in a call', { timeout: 120_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let browser;
  /** @type {import('playwright-core').Page} */
  let zoe;
  /** @type {import('playwright-core').Page} */
  let samir;
  const headset = 'Fake Audio Input 2';
  before(async () => {
    server = await startServer();
    const room = await openRoom(server, 'appareils');
    browser = await openChromium();
    samir = await browser.context.newPage();
    await join(samir, server.url, room, 'Samir');
    zoe = await browser.context.newPage();
    await zoe.addInitScript(drawer, [headset]);
    await join(zoe, server.url, room, 'Zoé');
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });
  const plug = (/** @type {boolean} */ there) =>
    zoe.evaluate(
      ([name, now]) => /** @type {any} */ (globalThis).plug(name, now),
      /** @type {const} */ ([headset, there]),
    );
  const settings = async () => {
    await zoe.getByRole('button', { name: 'Plus', exact: true }).click();
    await zoe.getByRole('menuitem', { name: 'Micro, caméra et haut-parleur' }).click();
    return zoe.getByRole('dialog');
  };

  it('offer themselves when they are plugged in, and are used at a click', async () => {
    await plug(true);
    const news = zoe.getByText(`${headset} est branché.`);
    await news.waitFor();
    await assertAccessible(zoe, 'news of a device');
    await zoe.getByRole('button', { name: 'L’utiliser' }).click();
    await news.waitFor({ state: 'detached' });
    const dialog = await settings();
    const microphone = dialog.getByRole('combobox', { name: 'Micro' });
    await microphone.locator('option:checked').filter({ hasText: headset }).waitFor({ state: 'attached' });
    // One sees that the new one hears.
    await dialog.locator('[data-lit]').first().waitFor();
    await zoe.keyboard.press('Escape');
    await seesAndHears(samir, ['Zoé'], { picture: false });
  });

  it('are missed in words when they are pulled out', async () => {
    await plug(false);
    await zoe.getByText(`${headset} n’est plus branché.`).waitFor();
    await zoe.getByRole('button', { name: 'Choisir' }).click();
    await zoe.getByRole('dialog').getByRole('combobox').first().waitFor();
    await zoe.keyboard.press('Escape');
    await zoe.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('tell whoever talks into a microphone that is off', async () => {
    const notice = zoe.getByText(/^Votre micro est coupé\s: personne ne vous entend\.$/);
    await zoe.getByRole('button', { name: 'Micro activé' }).click();
    await notice.waitFor();
    await assertAccessible(zoe, 'talking while muted');
    await zoe.getByRole('button', { name: 'Activer le micro' }).click();
    await notice.waitFor({ state: 'detached' });
    await zoe.getByRole('button', { name: 'Micro activé' }).waitFor();
  });

  it('are closed when their owner wants no such warning', async () => {
    const open = () =>
      zoe.evaluate(
        () =>
          /** @type {any} */ (globalThis).microphones.filter(
            (/** @type {MediaStreamTrack} */ one) => one.readyState === 'live',
          ).length,
      );
    const dialog = await settings();
    await dialog.getByRole('switch', { name: 'Me prévenir quand je parle micro coupé' }).click();
    await zoe.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.ok((await open()) > 0);
    await zoe.getByRole('button', { name: 'Micro activé' }).click();
    await zoe.getByRole('button', { name: 'Micro coupé' }).waitFor();
    await zoe.waitForFunction(
      () =>
        /** @type {any} */ (globalThis).microphones.every(
          (/** @type {MediaStreamTrack} */ one) => one.readyState === 'ended',
        ),
      undefined,
      { polling: 100 },
    );
    await zoe.getByRole('button', { name: 'Micro coupé' }).click();
    await zoe.getByRole('button', { name: 'Micro activé' }).waitFor();
    await seesAndHears(samir, ['Zoé'], { picture: false });
  });

  it('are never asked for two at once', async () => {
    const asked = await zoe.evaluate(() => /** @type {any} */ (globalThis).asked.atOnce);
    assert.equal(asked, 1);
    assert.deepEqual(browser.errors, []);
  });
});
