// axe finds nothing serious on any page, in either language, light and dark, wide and narrow.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { previewReady } from './lib/call.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

/** @type {{ locale: string, colorScheme: 'light' | 'dark', viewport: { width: number, height: number } }[]} */
const readers = [
  { locale: 'fr-FR', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { locale: 'en-GB', colorScheme: 'dark', viewport: { width: 320, height: 640 } },
];

for (const reader of readers) {
  describe(
    `in ${reader.locale}, ${reader.colorScheme}, ${reader.viewport.width} px`,
    { timeout: 120_000 },
    () => {
      /** @type {Awaited<ReturnType<typeof startServer>>} */
      let server;
      /** @type {Awaited<ReturnType<typeof openChromium>>} */
      let browser;
      const narrow = reader.viewport.width < 768;
      const french = reader.locale.startsWith('fr');
      const say = (/** @type {string} */ inFrench, /** @type {string} */ inEnglish) =>
        french ? inFrench : inEnglish;
      before(async () => {
        server = await startServer();
        browser = await openChromium({ ...reader, reducedMotion: 'reduce' });
      });
      after(async () => {
        await browser?.close();
        await server?.stop();
      });

      it('home, door, call with its panels and dialogs, and goodbye pass', async () => {
        const page = await browser.context.newPage();
        const room = await openRoom(server, 'acces');
        await page.goto(server.url);
        await page.getByRole('textbox').waitFor();
        assert.equal(await page.evaluate(() => document.documentElement.lang), french ? 'fr' : 'en');
        await assertAccessible(page, 'home');

        await page.goto(`${server.url}/${room}`);
        await previewReady(page);
        await assertAccessible(page, 'the door');
        await page.getByRole('textbox').fill('Zoé');
        await page.getByRole('button', { name: say('Rejoindre', 'Join'), exact: true }).click();
        await page.getByRole('toolbar').waitFor();
        await page.locator('[data-tile] video').first().waitFor();
        await assertAccessible(page, 'the call, alone');

        // A telephone's bar has the hand where the chat was: that is in the sheet.
        if (narrow) await page.getByRole('button', { name: say('Plus', 'More'), exact: true }).click();
        await page.getByRole('button', { name: say('Discussion', 'Chat') }).click();
        await page.getByRole('textbox').fill('https://example.org');
        await page.keyboard.press('Enter');
        await page.getByRole('log').getByRole('link').waitFor();
        await assertAccessible(page, 'the chat');
        await page.keyboard.press('Escape');

        await page.getByRole('button', { name: say('Plus', 'More'), exact: true }).click();
        await page.getByText(say('Micro, caméra et haut-parleur', 'Microphone, camera and speaker')).click();
        await page.getByRole('dialog').getByRole('combobox').first().waitFor();
        await assertAccessible(page, 'the devices');
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });

        await page.getByRole('button', { name: say('Plus', 'More'), exact: true }).click();
        await page.getByText(say('Options d’affichage', 'View options')).click();
        await page.getByRole('dialog').getByRole('radio').first().waitFor();
        await assertAccessible(page, 'the view options');
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });

        await page.getByRole('button', { name: say('Quitter', 'Leave') }).click();
        await page.getByRole('heading', { level: 1 }).waitFor();
        await assertAccessible(page, 'goodbye');

        // The first page again, now with a room it remembers.
        await page.goto(server.url);
        await page.getByRole('heading', { level: 3 }).waitFor();
        await assertAccessible(page, 'home with recent rooms');
        assert.deepEqual(browser.errors, []);
      });
    },
  );
}
