// What people decide about their own way in: devices and tokens.
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
});
