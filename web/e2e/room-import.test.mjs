// Rooms of another product become rooms here: their links are pasted or chosen, looked at line by line, and made once.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { signIn } from './lib/people.mjs';
import { asOwner, openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

/** As a company's own procedure names them. */
const links = [
  'https://whereby.com/groupimo',
  'https://whereby.com/groupimogestion',
  'https://whereby.com/groupimosyndic',
];

for (const viewport of [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
]) {
  describe(`links of another product at ${viewport.width} px`, { timeout: 180_000 }, () => {
    /** @type {Awaited<ReturnType<typeof startServer>>} */
    let server;
    /** @type {Awaited<ReturnType<typeof openChromium>>} */
    let browser;
    /** @type {import('playwright-core').Page} */
    let page;
    before(async () => {
      server = await startServer();
      await openRoom(server, 'accueil', { address: 'accueil', name: 'Accueil' });
      server.linkFor('nadia@example.org', { name: 'Nadia Kessler' });
      browser = await openChromium({ viewport });
      page = await browser.context.newPage();
      const claire = { name: 'Claire Martin', role: /** @type {const} */ ('admin') };
      await signIn(page, server, 'claire@example.org', { ...claire, next: '/settings/rooms' });
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
    });
    const status = () => page.getByRole('status');

    it('are pasted, looked at and made', async () => {
      await page.getByRole('link', { name: 'Importer des liens' }).click();
      await page.getByRole('textbox', { name: 'Liens à importer' }).fill(links.join('\n'));
      await page.getByRole('button', { name: 'Voir l’aperçu' }).click();
      await status().getByText('3 salles seront créées.').waitFor();
      for (const link of links) {
        const address = `${new URL(server.url).host}/${link.split('/').pop()}`;
        await page.getByRole('row', { name: link }).getByText(address, { exact: true }).waitFor();
      }
      await page.getByText('Les salles sans responsable vous seront confiées.').waitFor();
      await assertAccessible(page, 'the preview of links');
      assert.equal((await asOwner(server, 'GET', '/rooms')).items.length, 1, 'nothing is made yet');

      await page.getByRole('button', { name: 'Créer 3 salles' }).click();
      await status().getByText('3 salles sont créées.').waitFor();
      const room = await asOwner(server, 'GET', '/rooms/groupimogestion');
      assert.deepEqual(
        [room.name, room.access, room.settings.owner.name],
        ['Groupimogestion', 'knock', 'Claire Martin'],
      );
      await page.getByRole('button', { name: 'Voir l’aperçu' }).click();
      await status().getByText('3 salles existent déjà').waitFor();
      assert.equal(await page.getByRole('button', { name: /^Créer/ }).count(), 0);
      assert.deepEqual(browser.errors, []);
    });

    it('come as a table, and each line that cannot be used says why', async () => {
      const choose = page.locator('input[type=file]');
      const table = [
        'Lien;Nom;Responsable;Accès;Créée le',
        'https://meet.jit.si/Réunion%20Syndic?x=1;;nadia@example.org;ouverte;2020',
        'https://whereby.com/accuei1;;;;2020',
        'https://whereby.com/settings;;;;2020',
        'https://zoom.us/my/dupont;;personne@example.org;;2020',
        'https://zoom.us/j/reunion-syndic;;;;2020',
        'https://whereby.com/;;;;2020',
      ];
      const file = { name: 'salles.csv', mimeType: 'text/csv', buffer: Buffer.from(table.join('\r\n')) };
      await choose.setInputFiles({ ...file, buffer: Buffer.from('service;étage\nPaie;2') });
      await page.getByRole('alert').getByText('Aucune colonne ne s’appelle').waitFor();
      await choose.setInputFiles(file);
      await status().getByText('1 salle sera créée.').waitFor();
      await status().getByText('5 lignes ne peuvent pas servir').waitFor();
      await status().getByText('Colonnes laissées de côté : Créée le.').waitFor();
      const line = (/** @type {string} */ link) => page.getByRole('row', { name: link });
      await line('/Réunion%20Syndic').getByText('Réunion Syndic · Nadia Kessler · Ouverte').waitFor();
      await line('/accuei1').getByText('ressemble trop à celle d’une autre salle, accueil').waitFor();
      await line('/settings').getByText('utilisée par le serveur').waitFor();
      await line('/my/dupont').getByText('Personne n’a ici cette adresse électronique').waitFor();
      await line('/j/reunion-syndic').getByText('figure déjà à la ligne 2').waitFor();
      await line('whereby.com/ ').getByText('ni lettre ni chiffre').waitFor();
      await assertAccessible(page, 'the preview of a table of rooms');
      await page.getByRole('button', { name: 'Créer 1 salle' }).click();
      await status().getByText('1 salle est créée.').waitFor();
      await page.getByRole('link', { name: 'Salles', exact: true }).first().click();
      await page.getByRole('link', { name: /Réunion Syndic/ }).waitFor();
      assert.deepEqual(browser.errors, []);
    });
  });
}
