// The settings: who sees which part, getting about in them on a wide screen and on a phone, and one's own profile.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { signIn } from './lib/people.mjs';
import { startServer } from './lib/server.mjs';

describe('settings', { timeout: 120_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  before(async () => {
    server = await startServer();
  });
  after(() => server?.stop());

  it('ask for a sign-in, and lead back', async () => {
    const browser = await openChromium();
    try {
      const page = await browser.context.newPage();
      await page.goto(`${server.url}/settings/me`);
      await page.waitForURL('**/sign-in?next=%2Fsettings%2Fme');
      await signIn(page, server, 'claire@example.org', { name: 'Claire Martin', next: '/settings/me' });
      await page.getByRole('heading', { level: 1, name: 'Moi' }).waitFor();
      assert.deepEqual(browser.errors, []);
    } finally {
      await browser.close();
    }
  });

  it('are walked through side by side on a wide screen', async () => {
    const browser = await openChromium();
    try {
      const page = await browser.context.newPage();
      await signIn(page, server, 'claire@example.org', { name: 'Claire Martin' });
      await page.getByRole('button', { name: /^Votre compte/ }).click();
      await page.getByRole('menuitem', { name: 'Réglages' }).click();
      await page.waitForURL('**/settings/me');
      const here = page.getByRole('navigation', { name: 'Réglages' }).getByRole('link', { name: 'Moi' });
      assert.equal(await here.getAttribute('aria-current'), 'page');
      await assertAccessible(page, 'my settings');

      const name = page.getByRole('textbox', { name: 'Nom' });
      const save = page.getByRole('button', { name: 'Enregistrer les modifications' });
      assert.ok(await save.isDisabled(), 'nothing has changed');
      await name.fill('Claire M.');
      await save.click();
      await page.getByRole('status').getByText('Modifications enregistrées').waitFor();
      await page.getByRole('button', { name: 'Votre compte : Claire M.' }).waitFor();
      await page.reload();
      await page.getByRole('textbox', { name: 'Nom' }).waitFor();
      assert.equal(await name.inputValue(), 'Claire M.');
      assert.deepEqual(browser.errors, []);
    } finally {
      await browser.close();
    }
  });

  it('are a list on a phone, with a way back from each part', async () => {
    const browser = await openChromium({ viewport: { width: 360, height: 740 }, touch: true });
    try {
      const page = await browser.context.newPage();
      await signIn(page, server, 'claire@example.org', { name: 'Claire Martin', next: '/settings' });
      await page.getByRole('heading', { level: 1, name: 'Réglages' }).waitFor();
      await assertAccessible(page, 'the list of settings');
      await page.getByRole('link', { name: /^Moi/ }).tap();
      await page.getByRole('heading', { level: 1, name: 'Moi' }).waitFor();
      await assertAccessible(page, 'my settings on a phone');
      await page.getByRole('main').getByRole('link', { name: 'Réglages' }).tap();
      await page.getByRole('heading', { level: 1, name: 'Réglages' }).waitFor();
      assert.deepEqual(browser.errors, []);
    } finally {
      await browser.close();
    }
  });
});
