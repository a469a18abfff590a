// Before a meeting: visitors see whether their devices and their network will do, and can tell whoever helps them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromium } from './lib/browser.mjs';
import { firefoxPage, openFirefox } from './lib/firefox.mjs';
import { startServer } from './lib/server.mjs';

describe('the test page', { timeout: 120_000 }, () => {
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

  it('finds devices and network good, and says so in a text to copy', async () => {
    const { context } = browser;
    await context.grantPermissions(['camera', 'microphone', 'clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    await page.goto(server.url);
    await page.getByRole('link', { name: 'Tester mon matériel' }).click();
    await page.getByRole('heading', { name: 'Tester mon matériel et mon réseau' }).waitFor();
    for (const check of ['browser', 'microphone', 'camera', 'network'])
      await page.locator(`[data-check="${check}"][data-verdict="good"]`).waitFor();
    await page.getByText(/passent directement \(UDP\)\. Aller-retour\s: \d+ ms\./).waitFor();

    await page.getByRole('button', { name: 'Micro activé' }).click();
    await page.locator('[data-check="microphone"][data-verdict="note"]').waitFor();
    await page.getByRole('button', { name: 'Copier le résultat' }).click();
    await page.getByRole('button', { name: 'Résultat copié' }).waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(text, /Caméra · Correct · /);
    assert.match(text, /Réseau · Correct · .*UDP/);
    assert.match(text, /Chrome\/\d+/);
    // What is switched off is remembered: as it was for the next test.
    await page.getByRole('button', { name: 'Micro coupé' }).click();
    await page.locator('[data-check="microphone"][data-verdict="good"]').waitFor();

    // Each look is a new one.
    const asked = page.waitForResponse(`${server.url}/api/v1/network-tests`);
    await page.getByRole('button', { name: 'Refaire le test du réseau' }).click();
    assert.equal((await asked).status(), 200);
    await page.locator('[data-check="network"][data-verdict="good"]').waitFor();
    assert.deepEqual(browser.errors, []);
    await page.close();
  });

  it('names the device that fails, and the server that does not answer', async () => {
    const page = await browser.context.newPage();
    await page.addInitScript(() => {
      const media = navigator.mediaDevices;
      const real = media.getUserMedia.bind(media);
      media.getUserMedia = async (wanted) => {
        if (wanted?.video) throw new DOMException('in use', 'NotReadableError');
        return real(wanted);
      };
    });
    await page.route('**/api/v1/network-tests', (route) => route.abort());
    await page.goto(`${server.url}/test`);
    await page.locator('[data-check="camera"][data-verdict="bad"]').getByText('autre application').waitFor();
    await page.locator('[data-check="microphone"][data-verdict="good"]').waitFor();
    await page.locator('[data-check="network"][data-verdict="bad"]').getByText('ne répond pas').waitFor();
    await page.close();
  });

  it('finds the same in Firefox', async () => {
    const firefox = await openFirefox();
    /** @type {string[]} */
    const errors = [];
    try {
      const page = await firefoxPage(firefox, errors);
      await page.goto(`${server.url}/test`);
      for (const check of ['browser', 'microphone', 'camera', 'network'])
        await page.waitForSelector(`[data-check="${check}"][data-verdict="good"]`);
      assert.deepEqual(errors, []);
    } finally {
      await firefox.close();
    }
  });
});
