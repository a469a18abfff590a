// Single sign-on through a certified service: set up by an administrator, used by colleagues, refused where it must be.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { futureIssuer, identify, startIdentity } from './lib/identity.mjs';
import { inBrowserOf, signIn } from './lib/people.mjs';
import { startServer } from './lib/server.mjs';

const people = {
  zoe: { email: 'zoe@example.org', email_verified: true, name: 'Zoé Nguyen', groups: ['staff'] },
  claire: { email: 'claire@example.org', email_verified: true, name: 'Claire M.', groups: ['staff'] },
  jerome: { email: 'jerome@example.org', email_verified: true, name: 'Jérôme B.', groups: ['it'] },
  mallory: { email: 'jerome@example.org', email_verified: false, name: 'Mallory', groups: ['it'] },
};

describe('single sign-on', { timeout: 240_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof startIdentity>> | undefined} */
  let identity;
  before(async () => {
    server = await startServer();
    server.linkFor('claire@example.org', { name: 'Claire Martin' });
    server.linkFor('jerome@example.org', { name: 'Jérôme Blanc' });
  });
  after(async () => {
    await identity?.stop();
    await server?.stop();
  });

  /**
   * Goes to the service from the sign-in page of a fresh browser.
   * @param {string} name @param {(page: import('playwright-core').Page) => Promise<void>} then
   * @param {{ width: number, height: number }} [viewport]
   */
  async function comesAs(name, then, viewport) {
    const browser = await openChromium({ viewport });
    try {
      const page = await browser.context.newPage();
      await page.goto(`${server.url}/sign-in?next=/settings/me`);
      await page.getByRole('button', { name: 'Se connecter avec Keycloak' }).waitFor();
      await assertAccessible(page, 'the sign-in page');
      await page.getByRole('button', { name: 'Se connecter avec Keycloak' }).click();
      if (name) await identify(page, name);
      await then(page);
      assert.deepEqual(browser.errors, []);
    } finally {
      await browser.close();
    }
  }

  it('is set up by an owner, who sees whether it works', async () => {
    const issuer = await futureIssuer();
    await inBrowserOf(server, 'claire@example.org', { next: '/settings/sign-in' }, async (page) => {
      await page.getByRole('button', { name: 'Ajouter un service' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Nom du service').fill('Keycloak');
      await dialog.getByLabel('Adresse du service').fill('http://id.example.org');
      await dialog.getByRole('button', { name: 'Continuer' }).click();
      await dialog.getByRole('alert').getByText('commence par https').waitFor();
      await assertAccessible(page, 'adding a sign-in service');
      await dialog.getByLabel('Adresse du service').fill(issuer);
      await dialog.getByRole('button', { name: 'Continuer' }).click();

      await page.getByRole('button', { name: 'Vérifier' }).click();
      await page.getByRole('alert').getByText('ne répond pas').waitFor();
      const redirect = (await page.getByText('/callback').textContent()) ?? '';
      assert.match(redirect, new RegExp(`^${server.url}/api/v1/sign-in/providers/[0-9a-f-]+/callback$`));
      identity = await startIdentity({ issuer, redirect, secret: 'a secret of a test', people });

      await page.getByLabel('Identifiant client').fill('palabre');
      await page.getByLabel('Secret client', { exact: true }).fill('a secret of a test');
      await page.getByLabel('Créer les comptes à la première connexion').check();
      await page.getByLabel('Champ des groupes').fill('groups');
      for (const [group, role] of [
        ['staff', 'member'],
        ['it', 'admin'],
      ]) {
        await page.getByRole('button', { name: 'Ajouter un groupe' }).click();
        await page.getByLabel('Groupe', { exact: true }).last().fill(String(group));
        await page.getByLabel(`Rôle du groupe ${group}`).selectOption(String(role));
      }
      await page.getByLabel('Proposer ce service sur la page de connexion').check();
      await page.getByRole('button', { name: 'Enregistrer les modifications' }).click();
      await page.getByText('Un secret est enregistré').waitFor();
      assert.ok(!(await page.content()).includes('a secret of a test'), 'it is never shown again');
      await page.getByRole('button', { name: 'Vérifier' }).click();
      await page.getByText('Le service répond comme il le doit.').waitFor();
      await assertAccessible(page, 'a sign-in service');
      await page.setViewportSize({ width: 360, height: 740 });
      await assertAccessible(page, 'a sign-in service on a phone');
      await page.goto(`${server.url}/settings/sign-in`);
      await page.getByText('Activé').waitFor();
      await assertAccessible(page, 'the sign-in services on a phone');
    });
  });

  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 360, height: 700 },
  ]) {
    it(`lets a colleague in at ${viewport.width} px, who has an account from then on`, async () => {
      await comesAs(
        'zoe',
        async (page) => {
          await page.waitForURL(`${server.url}/settings/me`);
          await page.getByRole('button', { name: /^Votre compte.*Zoé Nguyen$/ }).waitFor();
          const me = await page.evaluate(async () => (await fetch('/api/v1/me')).json());
          assert.deepEqual([me.email, me.role], ['zoe@example.org', 'member']);
          await page.getByText(/^Associé le/).waitFor();
        },
        viewport,
      );
    });
  }

  it('finds the account of somebody known, whose groups decide their role', async () => {
    await comesAs('jerome', async (page) => {
      await page.waitForURL(`${server.url}/settings/me`);
      const me = await page.evaluate(async () => (await fetch('/api/v1/me')).json());
      assert.deepEqual([me.name, me.role], ['Jérôme Blanc', 'admin']);
    });
  });

  it('refuses an address the service does not vouch for', async () => {
    await comesAs('mallory', async (page) => {
      await page.getByRole('alert').getByText('ne garantit pas').waitFor();
      assert.equal(new URL(page.url()).searchParams.get('next'), '/settings/me');
    });
  });

  it('lets owners in once they have connected their account themselves', async () => {
    await comesAs('claire', async (page) => {
      await page.getByRole('alert').getByText('propriétaire').waitFor();
    });
    const browser = await openChromium();
    try {
      const page = await browser.context.newPage();
      await signIn(page, server, 'claire@example.org', { next: '/settings/me' });
      await page.getByRole('button', { name: 'Associer Keycloak' }).click();
      await identify(page, 'claire');
      await page.waitForURL(`${server.url}/settings/me`);
      await page.getByText(/^Associé le/).waitFor();
    } finally {
      await browser.close();
    }
    await comesAs('claire', async (page) => {
      await page.waitForURL(`${server.url}/settings/me`);
      const me = await page.evaluate(async () => (await fetch('/api/v1/me')).json());
      assert.deepEqual([me.name, me.role], ['Claire Martin', 'owner'], 'groups do not change owners');
    });
  });

  it('says so when the service lets nobody in, or is away', async () => {
    await comesAs('', async (page) => {
      await page.getByRole('link', { name: /cancel/i }).click();
      await page.getByRole('alert').getByText('ne vous a pas laissé entrer').waitFor();
      await identity?.stop();
      identity = undefined;
      await page.getByRole('button', { name: 'Se connecter avec Keycloak' }).click();
      await page.getByRole('alert').getByText('ne répond pas').waitFor();
    });
  });
});
