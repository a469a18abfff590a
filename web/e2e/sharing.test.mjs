// Shared screens: named for what they are, zoomed by whoever looks, several at once, and never the call's own tab unasked.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { join, receives, tileOf } from './lib/call.mjs';
import { chooserGives } from './lib/drawnScreen.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

describe('shared screens', { timeout: 240_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let browser;
  /** @typedef {import('playwright-core').Page} Page */
  /** @type {[Page, Page, Page]} */
  let pages;
  /** @type {string} */
  let room;
  before(async () => {
    server = await startServer();
    room = await openRoom(server, 'partage');
    browser = await openChromium({ viewport: { width: 1200, height: 760 } });
    const open = () => browser.context.newPage();
    pages = [await open(), await open(), await open()];
    await pages[1].addInitScript(chooserGives, { surface: 'browser', sound: true, ownTab: false });
    await pages[2].addInitScript(chooserGives, { surface: 'browser', sound: false, ownTab: true });
    for (const [i, name] of ['Zoé', 'Jérôme', 'Nadia'].entries()) {
      await join(/** @type {Page} */ (pages[i]), server.url, room, name);
    }
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });
  const share = (/** @type {Page} */ page) =>
    page.getByRole('button', { name: 'Partager', exact: true }).click();

  it('are asked for with their sound, without the tab of the call, and named for what they are', async () => {
    const [zoe, jerome] = pages;
    await share(jerome);
    await jerome.getByText('Vous partagez un onglet, avec le son').waitFor();
    await assertAccessible(jerome, 'sharing a screen');
    const [asked] = await jerome.evaluate(() => /** @type {any} */ (globalThis).__asked);
    assert.equal(asked.selfBrowserSurface, 'exclude');
    assert.equal(asked.systemAudio, 'include');
    assert.equal(asked.monitorTypeSurfaces, 'include');
    assert.ok(asked.audio);
    await receives(zoe, (tracks) => {
      const screen = tracks.find((one) => one.source === 'screen_share');
      const sound = tracks.find((one) => one.source === 'screen_share_audio');
      return (screen?.framesDecoded ?? 0) > 0 && (sound?.energy ?? 0) > 0;
    });
    await tileOf(zoe, 'Écran · Jérôme').locator('video').waitFor();
  });

  it('are zoomed with buttons, wheel and keys, and moved, without leaving the picture', async () => {
    const [zoe] = pages;
    // Chromium gives wheels and full screen to the tab in front only.
    await zoe.bringToFront();
    const view = zoe.getByRole('region', { name: /^Écran · Jérôme/ });
    const shown = async (/** @type {string} */ percent) =>
      zoe
        .getByRole('status')
        .filter({ hasText: `Zoom : ${percent}` })
        .waitFor({ state: 'attached' });
    const box = async () => {
      const [video, frame] = [await view.locator('video').boundingBox(), await view.boundingBox()];
      assert.ok(video && frame);
      return { video, frame, ratio: video.width / frame.width };
    };
    await shown('100 %');
    await zoe.getByRole('button', { name: 'Agrandir' }).click();
    await shown('150 %');
    await assertAccessible(zoe, 'a shared screen, zoomed');
    assert.ok(Math.abs((await box()).ratio - 1.5) < 0.01);
    // The wheel zooms at the pointer: what lies under it stays there.
    const { frame } = await box();
    const pointer = { x: frame.x + frame.width * 0.8, y: frame.y + frame.height * 0.7 };
    const underPointer = async () => {
      const { video } = await box();
      return [(pointer.x - video.x) / video.width, (pointer.y - video.y) / video.height];
    };
    const [left, top] = await underPointer();
    await zoe.mouse.move(pointer.x, pointer.y);
    await zoe.keyboard.down('Control');
    for (let i = 0; i < 12; i++) await zoe.mouse.wheel(0, -40);
    await shown('800 %');
    await zoe.keyboard.up('Control');
    const [nowLeft, nowTop] = await underPointer();
    assert.ok(Math.abs((nowLeft ?? 0) - (left ?? 1)) < 0.01 && Math.abs((nowTop ?? 0) - (top ?? 1)) < 0.01);
    assert.equal(await zoe.evaluate(() => visualViewport?.scale), 1, 'the page itself is not zoomed');
    // Dragging ends at the edge.
    await zoe.mouse.move(frame.x + 100, frame.y + 100);
    await zoe.mouse.down();
    await zoe.mouse.move(frame.x + 8000, frame.y + 8000, { steps: 4 });
    await zoe.mouse.up();
    const dragged = await box();
    assert.ok(Math.abs(dragged.video.x - frame.x) < 2 && Math.abs(dragged.video.y - frame.y) < 2);
    // A larger picture is worth more pixels.
    await receives(zoe, (tracks) => tracks.some((one) => one.source === 'screen_share' && one.width >= 1600));

    await view.focus();
    await zoe.keyboard.press('0');
    await shown('100 %');
    await zoe.keyboard.press('+');
    await zoe.keyboard.press('+');
    await shown('200 %');
    const before = await box();
    await zoe.keyboard.press('ArrowRight');
    assert.ok((await box()).video.x < before.video.x);
    await zoe.getByRole('button', { name: 'Ajuster' }).click();
    await shown('100 %');
  });

  it('are zoomed with two fingers', async () => {
    const [zoe] = pages;
    const view = zoe.getByRole('region', { name: /^Écran · Jérôme/ });
    const frame = await view.boundingBox();
    assert.ok(frame);
    const devtools = await browser.context.newCDPSession(zoe);
    const middle = { x: frame.x + frame.width / 2, y: frame.y + frame.height / 2 };
    const touch = (/** @type {string} */ type, /** @type {number} */ apart) =>
      devtools.send('Input.dispatchTouchEvent', {
        type: /** @type {any} */ (type),
        touchPoints:
          type === 'touchEnd'
            ? []
            : [
                { x: middle.x - apart, y: middle.y, id: 1 },
                { x: middle.x + apart, y: middle.y, id: 2 },
              ],
      });
    await touch('touchStart', 50);
    for (let apart = 60; apart <= 150; apart += 10) await touch('touchMove', apart);
    await touch('touchEnd', 0);
    await zoe.getByRole('status').filter({ hasText: 'Zoom : 300 %' }).waitFor({ state: 'attached' });
    await zoe.getByRole('button', { name: 'Ajuster' }).click();
  });

  it('fill the whole screen, with their buttons', async () => {
    const [zoe] = pages;
    const row = zoe.getByRole('group', { name: 'Affichage de l’écran partagé' });
    await row.getByRole('button', { name: 'Plein écran' }).click();
    await zoe.waitForFunction(() => document.fullscreenElement?.querySelector('video'), undefined, {
      polling: 100,
    });
    await row.getByRole('button', { name: 'Agrandir' }).click();
    await row.getByRole('button', { name: 'Quitter le plein écran' }).click();
    await zoe.waitForFunction(() => document.fullscreenElement === null, undefined, { polling: 100 });
    await row.getByRole('button', { name: 'Ajuster' }).click();
  });

  it('leave the bars out of full screen while nothing moves', async () => {
    const [zoe] = pages;
    const barIs = (/** @type {string} */ opacity) =>
      zoe.waitForFunction(
        (wanted) => getComputedStyle(document.querySelector('footer') ?? document.body).opacity === wanted,
        opacity,
        { polling: 100 },
      );
    await zoe.getByRole('button', { name: 'Plus', exact: true }).click();
    await zoe.getByRole('menuitem', { name: 'Plein écran' }).click();
    await zoe.waitForFunction(() => document.fullscreenElement !== null, undefined, { polling: 100 });
    const { height } = await zoe.evaluate(() => ({ height: innerHeight }));
    const tall = await zoe.locator('main').boundingBox();
    assert.equal(tall?.height, height, 'pictures have the whole height');
    await barIs('0');
    await zoe.mouse.move(300, 300);
    await barIs('1');
    // Whoever walks along the bar with the keyboard keeps it, however long they think.
    await zoe.getByRole('button', { name: /^Micro/ }).focus();
    await zoe.keyboard.press('ArrowRight');
    await zoe.waitForFunction(() => document.querySelector('[data-idle]'), undefined, { polling: 100 });
    await barIs('1');
    await zoe.evaluate(() => document.exitFullscreen());
    await zoe.waitForFunction(() => document.fullscreenElement === null, undefined, { polling: 100 });
  });

  it('are held back when they are the tab of the call, until their owner insists', async () => {
    const [zoe, , nadia] = pages;
    await share(nadia);
    const dialog = nadia.getByRole('dialog', { name: 'Vous avez choisi l’onglet de cet appel' });
    await dialog.waitFor();
    await assertAccessible(nadia, 'the tab of the call, chosen');
    await nadia.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await share(nadia);
    await dialog.getByRole('button', { name: 'Partager quand même' }).click();
    await nadia.getByText('les autres n’y voient qu’eux-mêmes').waitFor();
    await tileOf(zoe, 'Écran · Nadia').locator('video').waitFor();
    await nadia.getByRole('toolbar').getByRole('button', { name: 'Arrêter' }).click();
    await tileOf(zoe, 'Écran · Nadia').waitFor({ state: 'detached' });
    await share(nadia);
    await nadia.evaluate(() => void Object.assign(globalThis, { __other: true }));
    await dialog.getByRole('button', { name: 'Choisir autre chose' }).click();
    await nadia.getByText('Vous partagez un onglet', { exact: true }).waitFor();
    await dialog.waitFor({ state: 'detached' });
  });

  it('several at once are looked at one after the other', async () => {
    const [zoe, jerome, nadia] = pages;
    const stage = (/** @type {string} */ name) =>
      zoe.getByRole('region', { name: new RegExp(`^Écran · ${name}`) });
    await stage('Nadia').waitFor();
    await assertAccessible(zoe, 'two shared screens');
    await zoe.getByRole('button', { name: 'Écran suivant (2 sur 2)' }).click();
    await stage('Jérôme').waitFor();
    await zoe.getByRole('button', { name: 'Écran suivant (1 sur 2)' }).click();
    await stage('Nadia').waitFor();
    await nadia.getByRole('toolbar').getByRole('button', { name: 'Arrêter' }).click();
    await stage('Jérôme').waitFor();
    await zoe.getByRole('button', { name: /^Écran suivant/ }).waitFor({ state: 'detached' });
    await jerome.getByRole('toolbar').getByRole('button', { name: 'Arrêter' }).click();
    await stage('Jérôme').waitFor({ state: 'detached' });
  });

  it('end without an error in any page', () => assert.deepEqual(browser.errors, []));
});
