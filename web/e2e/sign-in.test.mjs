// Signing in and out: links, who is shown in the header, and where one goes afterwards.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromium } from './lib/browser.mjs';
import { signIn } from './lib/people.mjs';
import { startServer } from './lib/server.mjs';

const sizes = [
  { width: 1280, height: 800 },
  { width: 320, height: 640 },
];

describe('signing in', { timeout: 120_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  before(async () => {
    server = await startServer();
  });
  after(() => server?.stop());

  for (const viewport of sizes) {
    it(`works by a link at ${viewport.width} px, once, and ends with the menu`, async () => {
      const browser = await openChromium({ viewport });
      try {
        const page = await browser.context.newPage();
        const link = server.linkFor('claire@example.org', { name: 'Claire Martin' });
        await page.goto(link);
        await page.getByRole('button', { name: 'Continuer' }).waitFor();
        assert.equal(new URL(page.url()).hash, '', 'the secret left the address bar');
        await page.getByRole('button', { name: 'Continuer' }).click();
        const account = page.getByRole('button', { name: /^Votre compte.*Claire Martin$/ });
        await account.waitFor();
        await page.waitForURL(`${server.url}/`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= viewport.width, `nothing is cut off at ${viewport.width} px: ${wide}`);

        await account.click();
        await page.getByText('claire@example.org').waitFor();
        await page.getByRole('menuitem', { name: 'Se déconnecter' }).click();
        await page.getByRole('link', { name: 'Se connecter' }).waitFor();

        await page.goto(link);
        await page.getByRole('button', { name: 'Continuer' }).click();
        await page.getByRole('alert').getByText('Ce lien a déjà servi').waitFor();
        assert.deepEqual(browser.errors, []);
      } finally {
        await browser.close();
      }
    });
  }

  it('leads back to where one came from, and never to another site', async () => {
    const browser = await openChromium();
    try {
      const page = await browser.context.newPage();
      await page.goto(`${server.url}/equipe`);
      const link = page.getByRole('link', { name: 'Se connecter' });
      assert.equal(await link.getAttribute('href'), '/sign-in?next=%2Fequipe');
      await signIn(page, server, 'jerome@example.org', { next: '/equipe' });
      await page.getByRole('button', { name: /^Votre compte/ }).waitFor();
      // Signed in already: on to the page that was asked for, or home.
      await page.goto(`${server.url}/sign-in?next=//evil.example/`);
      await page.waitForURL(`${server.url}/`);
    } finally {
      await browser.close();
    }
  });
});
