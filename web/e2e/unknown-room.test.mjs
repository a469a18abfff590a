// The page of a name that no room has: whoever may make the room makes it there, and others are told how.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { previewReady } from './lib/call.mjs';
import { codeFor } from './lib/people.mjs';
import { asOwner, openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

const sizes = [
  { width: 1280, height: 800 },
  { width: 360, height: 780 },
];

for (const viewport of sizes) {
  describe(`a name that no room has, at ${viewport.width} px`, { timeout: 120_000 }, () => {
    /** @type {Awaited<ReturnType<typeof startServer>>} */
    let server;
    /** @type {Awaited<ReturnType<typeof openChromium>>} */
    let browser;
    /** @type {import('playwright-core').Page} */
    let page;
    before(async () => {
      server = await startServer();
      await openRoom(server, 'accueil', { address: 'accueil', name: 'Accueil' });
      server.linkFor('claire@example.org', { name: 'Claire Martin' });
      browser = await openChromium({ viewport });
      page = await browser.context.newPage();
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
    });
    const title = () => page.getByRole('heading', { level: 1, name: 'Cette salle n’existe pas encore' });

    it('leads to the room whose name it is nearly', async () => {
      await page.goto(`${server.url}/accuei1`);
      await title().waitFor();
      await assertAccessible(page, 'a name that is nearly a room’s');
      await page.getByRole('link', { name: /\/accueil$/ }).click();
      await page.waitForURL(`${server.url}/accueil`);
      await page.getByRole('heading', { name: 'Accueil' }).waitFor();
    });

    it('asks a stranger who they are, and makes the room of whoever may have one', async () => {
      await page.goto(server.url);
      await page.getByRole('textbox', { name: 'Nom de la salle' }).fill('Projet Été 2.0');
      await page.keyboard.press('Enter');
      await title().waitFor();
      await page.getByText('Les salles sont créées ici par les membres').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Créer cette salle' }).count(), 0);
      await assertAccessible(page, 'an unknown name, for a stranger');

      await page.getByRole('main').getByRole('link', { name: 'Se connecter' }).click();
      await page.getByLabel('Adresse électronique').fill('claire@example.org');
      await page.keyboard.press('Enter');
      await page.getByLabel('Code à six chiffres').fill(await codeFor(server, 'claire@example.org'));
      await page.waitForURL(`${server.url}/projet-ete-2-0`);
      await title().waitFor();
      await assertAccessible(page, 'an unknown name, for a member');
      await page.getByRole('button', { name: 'Créer cette salle' }).click();
      await page.getByRole('heading', { name: 'Projet Été 2.0', exact: true }).waitFor();
      await previewReady(page);
      const room = await asOwner(server, 'GET', '/rooms/projet-ete-2-0');
      assert.deepEqual([room.name, room.access], ['Projet Été 2.0', 'knock']);
      assert.equal(room.settings.owner.name, 'Claire Martin');
      assert.deepEqual(browser.errors, []);
    });

    it('leads a stranger from an address they typed to a room of their own, and into the call', async () => {
      await asOwner(server, 'PATCH', '/organisation', { sign_up: { policy: 'anyone' } });
      const somebody = await openChromium({ viewport });
      try {
        const stranger = await somebody.context.newPage();
        await stranger.goto(`${server.url}/Équipe d’été`);
        await stranger.waitForURL(`${server.url}/equipe-d-ete`);
        await stranger.getByText('il suffit d’une adresse électronique').waitFor();
        await assertAccessible(stranger, 'an unknown name, for whoever may have an account');
        await stranger.getByRole('link', { name: 'Créer cette salle' }).click();
        await stranger.getByLabel('Adresse électronique').fill('dupont@example.org');
        await stranger.keyboard.press('Enter');
        await stranger.getByLabel('Code à six chiffres').fill(await codeFor(server, 'dupont@example.org'));
        await stranger.getByRole('textbox', { name: 'Votre nom' }).fill('Paul Dupont');
        await stranger.getByRole('button', { name: 'Continuer' }).click();
        await stranger.waitForURL(`${server.url}/equipe-d-ete`);
        await stranger.getByRole('button', { name: 'Créer cette salle' }).click();
        await stranger.getByRole('heading', { name: 'Équipe d’été', exact: true }).waitFor();
        await previewReady(stranger);
        await stranger.getByRole('button', { name: 'Rejoindre', exact: true }).click();
        await stranger.getByRole('toolbar').waitFor();

        const room = await asOwner(server, 'GET', '/rooms/equipe-d-ete');
        assert.deepEqual(
          [room.name, room.settings.owner.name, room.participant_count],
          ['Équipe d’été', 'Paul Dupont', 1],
        );
        await stranger.goto(`${server.url}/dupont`);
        await stranger.getByRole('link', { name: /\/equipe-d-ete$/ }).waitFor();
        assert.equal(
          await stranger.getByRole('button', { name: 'Créer cette salle' }).count(),
          0,
          'a personal room is the only one',
        );
        assert.deepEqual(somebody.errors, []);
      } finally {
        await somebody.close();
      }
    });
  });
}
