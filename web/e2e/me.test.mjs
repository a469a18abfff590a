// What people decide about their own way in: devices, tokens and passkeys.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { signIn } from './lib/people.mjs';
import { startServer } from './lib/server.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** A card of the page. @param {Page} page @param {string} name */
const section = (page, name) => page.getByRole('region', { name, exact: true });

describe('one’s own settings', { timeout: 180_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  before(async () => {
    server = await startServer();
  });
  after(() => server?.stop());

  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 360, height: 740 },
  ]) {
    it(`show the devices at ${viewport.width} px, and end one or all`, async () => {
      const email = `claire${viewport.width}@example.org`;
      const [laptop, phone] = [await openChromium({ viewport }), await openChromium({ viewport })];
      try {
        const [here, there] = [await laptop.context.newPage(), await phone.context.newPage()];
        await signIn(there, server, email, { name: 'Claire Martin' });
        await signIn(here, server, email, { next: '/settings/me' });
        const devices = section(here, 'Appareils connectés');
        await devices.getByText('Cet appareil').waitFor();
        assert.equal(await devices.getByRole('listitem').count(), 2);
        await assertAccessible(here, 'one’s own settings');

        await devices
          .getByRole('listitem')
          .filter({ hasNotText: 'Cet appareil' })
          .getByRole('button', { name: /^Se déconnecter/ })
          .click();
        await devices.getByRole('listitem').nth(1).waitFor({ state: 'detached' });
        await there.reload();
        await there.getByRole('link', { name: 'Se connecter' }).waitFor();

        await devices.getByRole('button', { name: 'Se déconnecter partout' }).click();
        await here.getByRole('button', { name: 'Tout déconnecter' }).click();
        await here.waitForURL((url) => url.pathname === '/sign-in');
        assert.equal(new URL(here.url()).searchParams.get('next'), '/settings/me');
        assert.deepEqual([...laptop.errors, ...phone.errors], []);
      } finally {
        await laptop.close();
        await phone.close();
      }
    });
  }

  it('make a token that is shown once and works until it is revoked', async () => {
    const browser = await openChromium();
    try {
      const page = await browser.context.newPage();
      await signIn(page, server, 'jerome@example.org', { next: '/settings/me' });
      const tokens = section(page, 'Jetons d’API');
      await tokens.getByRole('button', { name: 'Créer un jeton' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Créer un jeton' }).click();
      await dialog.getByRole('alert').waitFor();
      await dialog.getByLabel('Nom du jeton').fill('Intranet');
      await dialog.getByLabel('Personnes et organisation').selectOption({ label: 'Lire' });
      await dialog.getByRole('button', { name: 'Créer un jeton' }).click();
      await assertAccessible(page, 'a token that was made');
      const token = (await dialog.getByText(/^palabre_/).textContent()) ?? '';
      const me = () => fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
      assert.equal((await me()).status, 200);
      await dialog.getByRole('button', { name: 'Terminé' }).click();

      await tokens.getByText('people:read').waitFor();
      assert.ok(!(await page.content()).includes(token), 'it is shown once');
      await tokens.getByRole('button', { name: 'Révoquer Intranet' }).click();
      await tokens.getByText('people:read').waitFor({ state: 'detached' });
      assert.equal((await me()).status, 401);
    } finally {
      await browser.close();
    }
  });

  it('make a passkey, which signs in without a mail until it is removed', async () => {
    const browser = await openChromium();
    try {
      const page = await browser.context.newPage();
      const devtools = await browser.context.newCDPSession(page);
      await devtools.send('WebAuthn.enable');
      const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      });
      // Passkeys belong to a name: an address of numbers has none.
      await page.goto(`${server.url}/sign-in`);
      await page.getByRole('button', { name: 'Recevoir un code' }).waitFor();
      assert.equal(await page.getByRole('button', { name: /clé d’accès/ }).count(), 0);

      const named = { ...server, url: server.url.replace('127.0.0.1', 'localhost') };
      const atName = {
        linkFor: (/** @type {string} */ email) => server.linkFor(email).replace(server.url, named.url),
      };
      await signIn(page, atName, 'zoe@example.org', { next: '/settings/me' });
      const passkeys = section(page, 'Clés d’accès');
      await passkeys.getByLabel('Nom de la clé').fill('Mon portable');
      await passkeys.getByRole('button', { name: 'Ajouter une clé d’accès' }).click();
      await passkeys.getByRole('listitem').getByText('Mon portable').waitFor();
      const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId });
      assert.equal(credentials.length, 1);
      assert.ok(credentials[0]?.isResidentCredential, 'it knows whose it is');
      // A device that holds one makes no second.
      await passkeys.getByRole('button', { name: 'Ajouter une clé d’accès' }).click();
      await passkeys.getByRole('alert').waitFor();

      await page.getByRole('button', { name: /^Votre compte/ }).click();
      await page.getByRole('menuitem', { name: 'Se déconnecter' }).click();
      await page.getByRole('button', { name: 'Se connecter avec une clé d’accès' }).click();
      await page.waitForURL(`${named.url}/settings/me`);
      await passkeys.getByText(/^Utilisé/).waitFor();

      // Somebody who does not show it is not let in.
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
      await page.getByRole('button', { name: /^Votre compte/ }).click();
      await page.getByRole('menuitem', { name: 'Se déconnecter' }).click();
      const button = page.getByRole('button', { name: 'Se connecter avec une clé d’accès' });
      await button.click();
      await page.waitForFunction(() => !document.querySelector('button[data-loading]'));
      await button.waitFor();
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });

      await button.click();
      await page.waitForURL(`${named.url}/settings/me`);
      await passkeys.getByRole('button', { name: 'Retirer Mon portable' }).click();
      await passkeys.getByRole('listitem').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: /^Votre compte/ }).click();
      await page.getByRole('menuitem', { name: 'Se déconnecter' }).click();
      await button.click();
      await page.getByRole('alert').getByText('n’est pas connue ici').waitFor();
      assert.deepEqual(browser.errors, []);
    } finally {
      await browser.close();
    }
  });
});
