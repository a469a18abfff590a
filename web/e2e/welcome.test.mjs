// The first run: from the link that the server prints into the first room.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { startServer } from './lib/server.mjs';

describe('the first run', { timeout: 120_000 }, () => {
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 360, height: 740 },
  ]) {
    it(`leads from the printed link into a room at ${viewport.width} px`, async () => {
      const server = await startServer();
      const browser = await openChromium({ viewport });
      try {
        const page = await browser.context.newPage();
        // Whoever comes without the link reads where it is.
        await page.goto(server.url);
        await page.getByText('Ouvrez le lien de bienvenue').waitFor();
        await page.getByText('journalctl -u palabre').waitFor();
        await assertAccessible(page, 'where the link is');
        for (const path of ['/welcome', '/groupimo']) {
          await page.goto(`${server.url}${path}`);
          await page.getByText('Ouvrez le lien de bienvenue').waitFor();
          assert.equal(await page.locator('video').count(), 0, 'no camera before there is a room');
        }

        await page.goto(await server.welcomeLink());
        const field = (/** @type {string} */ label) => page.getByLabel(label, { exact: true });
        await field('Nom de votre organisation').fill('Groupimo Lyon');
        assert.equal(new URL(page.url()).hash, '', 'the secret left the address bar');
        assert.equal(await field('Nom de la première salle').inputValue(), 'Groupimo Lyon');
        assert.equal(await field('Son adresse').inputValue(), 'groupimo-lyon');
        await page.getByRole('button', { name: 'Créer et entrer dans la salle' }).click();
        await page.getByText('Dites qui vous êtes').waitFor();
        await field('Votre nom').fill('Claire Martin');
        await field('Votre adresse électronique').fill('claire');
        await page.getByRole('button', { name: 'Créer et entrer dans la salle' }).click();
        await page.getByRole('alert').getByText('n’est pas valable').waitFor();
        await field('Votre adresse électronique').fill('claire@groupimo.example');
        await field('Nom de la première salle').fill('Accueil');
        await field('Son adresse').fill('groupimo');
        await assertAccessible(page, 'the first form');
        await page.getByRole('button', { name: 'Créer et entrer dans la salle' }).click();

        await page.waitForURL(`${server.url}/groupimo`);
        await page.getByRole('button', { name: /^Votre compte.*Claire Martin$/ }).waitFor();
        await page.getByRole('link', { name: 'Groupimo Lyon, accueil' }).waitFor();
        // The link has done its work.
        await page.goto(`${server.url}/welcome`);
        await page.waitForURL(`${server.url}/`);
        assert.deepEqual(browser.errors, []);
      } finally {
        await browser.close();
        await server.stop();
      }
    });
  }
});
