// Signing in and out: links, who is shown in the header, and where one goes afterwards.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromium } from './lib/browser.mjs';
import { codeFor, lettersTo, signIn } from './lib/people.mjs';
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

  for (const viewport of sizes) {
    it(`works by a code at ${viewport.width} px, also when the phone drops the page meanwhile`, async () => {
      const email = `zoe${viewport.width}@example.org`;
      server.linkFor(email, { name: 'Zoé Nguyen' });
      const browser = await openChromium({ viewport });
      try {
        const page = await browser.context.newPage();
        await page.goto(`${server.url}/sign-in?next=/equipe`);
        await page.getByRole('button', { name: 'Recevoir un code' }).click();
        await page.getByRole('alert').getByText('Écrivez l’adresse').waitFor();
        await page.getByLabel('Adresse électronique').fill(email);
        await page.keyboard.press('Enter');
        const field = page.getByLabel('Code à six chiffres');
        await field.waitFor();
        await page.getByText(/Valable encore \d+:\d\d/).waitFor();
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= viewport.width, `nothing is cut off at ${viewport.width} px: ${wide}`);

        const code = await codeFor(server, email);
        await field.fill(code === '000000' ? '000001' : '000000');
        await page.getByRole('alert').getByText('Essais restants\u202f: 4').waitFor();
        assert.equal(await field.inputValue(), '');

        // What was asked for is known when the page comes back, and what is pasted with a space is the same code.
        await page.reload();
        await field.waitFor();
        await field.fill(`${code.slice(0, 3)} ${code.slice(3)}`);
        await page.waitForURL(`${server.url}/equipe`);
        await page.getByRole('button', { name: /^Votre compte.*Zoé Nguyen$/ }).waitFor();
        assert.deepEqual(browser.errors, []);
      } finally {
        await browser.close();
      }
    });
  }

  it('sends another code, to another address too, and says when one is good no more', async () => {
    const [first, second] = ['paul@example.org', 'paula@example.org'];
    for (const email of [first, second]) server.linkFor(email);
    const browser = await openChromium();
    try {
      const page = await browser.context.newPage();
      await page.goto(`${server.url}/sign-in`);
      await page.getByLabel('Adresse électronique').fill(first);
      await page.getByRole('button', { name: 'Recevoir un code' }).click();
      const early = await codeFor(server, first);
      await page.getByRole('button', { name: 'Renvoyer un code' }).click();
      await codeFor(server, first, 1);
      await page.getByRole('button', { name: 'Changer d’adresse' }).click();
      const field = page.getByLabel('Adresse électronique');
      assert.equal(await field.inputValue(), first);
      await field.fill(second);
      await page.getByRole('button', { name: 'Recevoir un code' }).click();
      const code = await codeFor(server, second);
      const digits = page.getByLabel('Code à six chiffres');
      const answer = (/** @type {number} */ status) =>
        page.waitForResponse((one) => one.url().includes('/sign-in/codes/') && one.status() === status);
      for (const status of [422, 422, 422, 422, 409]) {
        const came = answer(status);
        await digits.fill(code === early ? '000000' : early);
        await came;
      }
      await page.getByRole('alert').getByText('n’est plus valable').waitFor();
      assert.ok(await digits.isDisabled());
      await page.getByRole('button', { name: 'Renvoyer un code' }).click();
      await page.getByLabel('Code à six chiffres').fill(await codeFor(server, second, 1));
      await page.getByRole('button', { name: /^Votre compte/ }).waitFor();
      assert.equal((await lettersTo(server, second)).length, 2);
    } finally {
      await browser.close();
    }
  });

  it('leads back to where one came from, and never to another site', async () => {
    const browser = await openChromium();
    try {
      const page = await browser.context.newPage();
      await page.goto(`${server.url}/equipe`);
      const link = page.getByRole('banner').getByRole('link', { name: 'Se connecter' });
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
