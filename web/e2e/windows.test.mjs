// The call beside other work: a small window of its own, the browser's window of one video, and how one sees oneself.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { join, received, receives, tileOf } from './lib/call.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

describe('windows', { timeout: 240_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let browser;
  /** @typedef {import('playwright-core').Page} Page */
  /** @type {[Page, Page]} */
  let pages;
  let room = '';
  const names = ['Zoé', 'Samir'];
  before(async () => {
    server = await startServer();
    room = await openRoom(server, 'fenetres');
    browser = await openChromium({ viewport: { width: 1100, height: 700 } });
    pages = [await browser.context.newPage(), await browser.context.newPage()];
    for (const [i, page] of pages.entries()) await join(page, server.url, room, names[i] ?? '');
    await pages[0].bringToFront();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });
  const choose = async (/** @type {Page} */ page, /** @type {string} */ what) => {
    await page.getByRole('button', { name: 'Plus', exact: true }).click();
    await page.getByRole('menuitem', { name: what }).click();
  };
  const openMini = async () => {
    const opening = browser.context.waitForEvent('page');
    await choose(pages[0], 'Mini-fenêtre');
    const mini = await opening;
    await mini.getByRole('toolbar').waitFor();
    return mini;
  };

  it('a small one shows the others and has the main buttons', async () => {
    const [zoe, samir] = pages;
    const mini = await openMini();
    assert.equal(await mini.evaluate(() => document.documentElement.lang), 'fr');
    await mini.setViewportSize({ width: 380, height: 320 });
    await tileOf(mini, 'Samir').locator('video').waitFor();
    await mini.waitForFunction(
      () => [...document.querySelectorAll('video')].every((one) => one.videoWidth > 0),
      undefined,
      {
        polling: 100,
      },
    );
    await assertAccessible(mini, 'the small window');
    // It looks like the call: the sheets came along.
    assert.equal(
      await mini.getByRole('button', { name: 'Quitter' }).evaluate((it) => getComputedStyle(it).borderRadius),
      '14px',
    );
    await mini.getByRole('button', { name: 'Micro activé' }).click();
    await tileOf(samir, 'Zoé').getByText('Micro coupé').waitFor({ state: 'attached' });
    // Its keys count as well, and arrows walk along its bar.
    await mini.keyboard.press('ArrowRight');
    await mini
      .getByRole('button', { name: /^Caméra/ })
      .and(mini.locator(':focus'))
      .waitFor();
    await mini.keyboard.press('Control+d');
    await mini.getByRole('button', { name: 'Micro activé' }).waitFor();
    await choose(zoe, 'Fermer la mini-fenêtre');
    await zoe.getByRole('button', { name: 'Plus', exact: true }).click();
    await zoe.getByRole('menuitem', { name: 'Mini-fenêtre' }).waitFor();
    await zoe.keyboard.press('Escape');
    assert.ok(mini.isClosed() || (await mini.waitForEvent('close').then(() => true)));
  });

  it('a small one goes on when the tab of the call is left, which alone receives no pictures then', async () => {
    const [zoe] = pages;
    /** What a browser does to a tab behind others; those of tests are always in front. */
    const leave = (/** @type {DocumentVisibilityState} */ state) =>
      zoe.evaluate((now) => {
        Object.defineProperty(document, 'visibilityState', { value: now, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    const wanted = (/** @type {boolean} */ yes) =>
      zoe.waitForFunction(
        (expected) => {
          const { room } = /** @type {any} */ (globalThis)[Symbol.for('palabre.call')];
          const [samir] = [...room.remoteParticipants.values()];
          return samir.getTrackPublication('camera')?.isEnabled === expected;
        },
        yes,
        { polling: 100 },
      );
    const mini = await openMini();
    await tileOf(mini, 'Samir').locator('video').waitFor();
    await leave('hidden');
    const frames = (/** @type {any[]} */ tracks) =>
      tracks.find((/** @type {any} */ one) => one.source === 'camera')?.framesDecoded ?? 0;
    const before = frames(await received(zoe));
    await receives(
      zoe,
      (tracks, least) => tracks.some((one) => one.source === 'camera' && one.framesDecoded > least),
      before + 10,
    );
    await wanted(true);
    // Closed by its own button: the call knows.
    await mini.close();
    await wanted(false);
    await leave('visible');
    await wanted(true);
    await zoe.getByRole('button', { name: 'Plus', exact: true }).click();
    await zoe.getByRole('menuitem', { name: 'Mini-fenêtre' }).waitFor();
    await zoe.keyboard.press('Escape');
  });

  it('a small one opens by itself only when that was asked for', async () => {
    const [zoe] = pages;
    const handled = () =>
      zoe.evaluate(() => {
        const own = /** @type {any} */ (globalThis);
        if (!own.__handlers) return null;
        return typeof own.__handlers.enterpictureinpicture;
      });
    await zoe.evaluate(() => {
      const own = /** @type {any} */ (globalThis);
      own.__handlers = {};
      const set = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);
      navigator.mediaSession.setActionHandler = (action, handler) => {
        own.__handlers[action] = handler ?? undefined;
        set(action, handler);
      };
    });
    assert.equal(await handled(), 'undefined');
    await choose(zoe, 'Options d’affichage');
    const option = zoe.getByRole('switch', { name: 'Ouvrir la mini-fenêtre quand je change d’onglet' });
    await option.click();
    assert.equal(await handled(), 'function');
    await option.click();
    assert.equal(await handled(), 'undefined');
    await zoe.keyboard.press('Escape');
  });

  it('one’s own picture is moved, mirrored or hidden, and stays so', async () => {
    const [zoe] = pages;
    await choose(zoe, 'Options d’affichage');
    const own = zoe.locator('[data-tile^="camera:"]').and(tileOf(zoe, 'Vous'));
    const mirrored = () =>
      own.locator('video').evaluate((video) => getComputedStyle(video).transform.startsWith('matrix(-1'));
    assert.ok(await mirrored());
    await zoe.getByRole('switch', { name: 'Me voir comme dans un miroir' }).click();
    assert.ok(!(await mirrored()));
    await zoe.getByRole('combobox', { name: 'Coin de la petite vignette' }).selectOption('En haut à gauche');
    await zoe.waitForFunction(
      () => {
        const box = document.querySelector(
          '[data-tile]:has(video[style*="none"]), [role="group"][tabindex="0"]',
        );
        const at = box?.getBoundingClientRect();
        return at !== undefined && at.x < 100 && at.y < 200;
      },
      undefined,
      { polling: 100 },
    );
    await zoe.getByRole('radio', { name: 'Masquée' }).check();
    await own.waitFor({ state: 'detached' });
    await zoe.keyboard.press('Escape');
    await zoe.reload();
    await zoe.getByRole('button', { name: 'Rejoindre', exact: true }).click();
    await zoe.getByRole('toolbar').waitFor();
    await tileOf(zoe, 'Samir').waitFor();
    assert.equal(await own.count(), 0);
    await choose(zoe, 'Options d’affichage');
    await zoe.getByRole('radio', { name: 'Avec les autres' }).check();
    await zoe.getByRole('switch', { name: 'Me voir comme dans un miroir' }).click();
    await zoe.keyboard.press('Escape');
  });

  it('without small windows, the browser’s window of one video follows whoever is to be seen', async () => {
    const [zoe, samir] = pages;
    await zoe.addInitScript(() => {
      Object.defineProperty(globalThis, 'documentPictureInPicture', { value: undefined, configurable: true });
      delete (/** @type {any} */ (globalThis).documentPictureInPicture);
    });
    await join(zoe, server.url, room, 'Zoé');
    await tileOf(zoe, 'Samir').locator('video').waitFor();
    await choose(zoe, 'Mini-fenêtre');
    await zoe.waitForFunction(
      () => /** @type {HTMLVideoElement | null} */ (document.pictureInPictureElement)?.videoWidth,
      undefined,
      { polling: 100 },
    );
    await choose(zoe, 'Fermer la mini-fenêtre');
    await zoe.waitForFunction(() => document.pictureInPictureElement === null, undefined, { polling: 100 });
    // With nobody to be seen there is no such window.
    await samir.getByRole('button', { name: /^Caméra/ }).click();
    await tileOf(zoe, 'Samir').locator('video').waitFor({ state: 'detached' });
    await zoe.getByRole('button', { name: 'Plus', exact: true }).click();
    await zoe.getByRole('menuitem', { name: 'Options d’affichage' }).waitFor();
    assert.equal(await zoe.getByRole('menuitem', { name: 'Mini-fenêtre' }).count(), 0);
  });

  it('end without an error in any page', () => assert.deepEqual(browser.errors, []));
});
