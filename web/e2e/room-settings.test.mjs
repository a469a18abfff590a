// A room's settings: the padlock in words, the welcome, addresses and their redirects, hosts, and taking it away.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { signIn } from './lib/people.mjs';
import { asOwner, openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

const sizes = [
  { width: 1280, height: 900 },
  { width: 360, height: 780 },
];

for (const viewport of sizes) {
  describe(`a room's settings at ${viewport.width} px`, { timeout: 180_000 }, () => {
    /** @type {Awaited<ReturnType<typeof startServer>>} */
    let server;
    /** @type {Awaited<ReturnType<typeof openChromium>>} */
    let browser;
    /** @type {import('playwright-core').Page} */
    let page;
    before(async () => {
      server = await startServer();
      await openRoom(server, 'accueil', { address: 'accueil', name: 'Accueil' });
      browser = await openChromium({ viewport });
      page = await browser.context.newPage();
      server.linkFor('nadia@example.org', { name: 'Nadia Kessler' });
      await signIn(page, server, 'claire@example.org', { name: 'Claire Martin', role: 'admin' });
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
    });
    const room = (address = 'accueil') => asOwner(server, 'GET', `/rooms/${address}`);
    const said = (/** @type {string | RegExp} */ words) =>
      page.getByRole('status').filter({ hasText: words }).waitFor();

    it('is found in the list, and says the four positions of the padlock in words', async () => {
      await page.goto(`${server.url}/settings/rooms`);
      await page.getByRole('link', { name: /Accueil/ }).waitFor();
      await assertAccessible(page, 'the rooms one manages');
      await page.getByRole('link', { name: /Accueil/ }).click();
      await page.waitForURL(`${server.url}/settings/rooms/accueil`);
      const door = page.getByRole('region', { name: 'La porte' });
      for (const position of ['Ouverte', 'Les membres entrent', 'Réservée aux membres', 'Verrouillée']) {
        await door.getByRole('radio', { name: new RegExp(`^${position}`) }).waitFor();
      }
      await door.getByRole('radio', { name: /^Verrouillée/ }).check();
      await door.getByRole('textbox', { name: /^Message d’accueil/ }).fill('Bonjour.\nEntrez.');
      await door.getByRole('button', { name: 'Enregistrer les modifications' }).click();
      await door.getByText('Modifications enregistrées').waitFor();
      const saved = await room();
      assert.deepEqual([saved.access, saved.welcome], ['locked', 'Bonjour.\nEntrez.']);
    });

    it('gets another address, and is renamed while its former address leads to it', async () => {
      const addresses = page.getByRole('region', { name: 'Adresses' });
      const field = addresses.getByRole('textbox', { name: 'Nouvelle adresse' });
      await field.fill('settings');
      await addresses.getByText('utilisée par le serveur lui-même').waitFor();
      await field.fill('Bienvenue');
      await addresses.getByRole('button', { name: 'Ajouter cette adresse' }).click();
      await said('Adresse ajoutée');
      await addresses.getByRole('button', { name: 'Rendre principale : bienvenue' }).click();
      await page.waitForURL(`${server.url}/settings/rooms/bienvenue`);
      await addresses.getByText('Ancienne adresse').waitFor();
      assert.equal((await room('accueil')).address, 'bienvenue');
    });

    it('is found by its former address, which the browser replaces by the main one', async () => {
      const guest = await browser.context.newPage();
      await guest.goto(`${server.url}/accueil`);
      await guest.waitForURL(`${server.url}/bienvenue`);
      await guest.getByRole('heading', { name: 'Accueil' }).waitFor();
      await guest.close();
    });

    it('lets a former address go', async () => {
      await page.getByRole('button', { name: 'Retirer l’adresse accueil' }).click();
      await said('Adresse retirée');
      await assert.rejects(room('accueil'), /unknown_room/);
    });

    it('gets a host, who is found by a part of their name', async () => {
      const hosts = page.getByRole('region', { name: 'Hôtes' });
      await hosts.getByRole('textbox', { name: 'Ajouter un hôte' }).fill('kess');
      await page.getByRole('option', { name: /Nadia Kessler/ }).waitFor();
      await assertAccessible(page, 'a room’s settings, finding somebody');
      await page.getByRole('option', { name: /Nadia Kessler/ }).click();
      await said('Nadia Kessler est maintenant hôte de la salle');
      await hosts.getByRole('button', { name: 'Retirer Nadia Kessler des hôtes' }).click();
      await said('Nadia Kessler n’est plus hôte de la salle');
    });

    it('is taken away after it was said what goes with it', async () => {
      await page.getByRole('button', { name: 'Supprimer la salle' }).click();
      const dialog = page.getByRole('dialog', { name: /Supprimer Accueil/ });
      await dialog.waitFor();
      await assertAccessible(page, 'before a room is taken away');
      await dialog.getByRole('button', { name: 'Annuler' }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Supprimer la salle' }).click();
      await dialog.getByRole('button', { name: 'Supprimer la salle' }).click();
      await page.waitForURL(`${server.url}/settings/rooms`);
      await assert.rejects(room('bienvenue'), /unknown_room/);
      assert.deepEqual(browser.errors, []);
    });
  });
}
