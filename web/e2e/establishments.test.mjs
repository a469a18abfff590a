// Establishments on the screen: added, renamed, given a prefix, and taken away once nothing belongs to them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { signIn } from './lib/people.mjs';
import { asOwner, openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

for (const viewport of [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
]) {
  describe(`establishments at ${viewport.width} px`, { timeout: 180_000 }, () => {
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
      const claire = { name: 'Claire Martin', role: /** @type {const} */ ('admin') };
      await signIn(page, server, 'claire@example.org', { ...claire, next: '/settings' });
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
    });
    const all = async () => (await asOwner(server, 'GET', '/establishments')).items;
    const dialog = () => page.getByRole('dialog');
    const row = (/** @type {string} */ name) => page.getByRole('row', { name });

    it('are added, renamed and given a prefix', async () => {
      await page.getByRole('link', { name: /^Établissements/ }).click();
      await page.getByText('Aucun établissement n’est encore ajouté').waitFor();
      await page.getByRole('button', { name: 'Ajouter un établissement' }).click();
      await dialog().getByRole('textbox', { name: 'Nom' }).fill('Lyon');
      await dialog()
        .getByRole('textbox', { name: /^Préfixe/ })
        .fill('Lyon Est');
      await dialog().getByText('/lyon-est-accueil').waitFor();
      await assertAccessible(page, 'a new establishment');
      await dialog().getByRole('button', { name: 'Ajouter un établissement' }).click();
      await page.getByRole('status').getByText('Établissement ajouté : Lyon').waitFor();
      await row('Lyon').getByText('lyon-est-…').waitFor();
      await assertAccessible(page, 'the establishments');

      await page.getByRole('button', { name: 'Ajouter un établissement' }).click();
      await dialog().getByRole('textbox', { name: 'Nom' }).fill('Lyon');
      await dialog().getByRole('button', { name: 'Ajouter un établissement' }).click();
      await dialog().getByRole('alert').getByText('porte déjà ce nom').waitFor();
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: 'Modifier : Lyon' }).click();
      await dialog().getByRole('textbox', { name: 'Nom' }).fill('Lyon Part-Dieu');
      await dialog()
        .getByRole('textbox', { name: /^Préfixe/ })
        .fill('lyon');
      await dialog().getByText('Les salles gardent leurs adresses en « lyon-est- »').waitFor();
      await dialog().getByRole('button', { name: 'Enregistrer les modifications' }).click();
      await dialog().getByRole('status').getByText('Modifications enregistrées').waitFor();
      await assertAccessible(page, 'one establishment');
      await page.keyboard.press('Escape');
      await row('Lyon Part-Dieu').getByText('lyon-…').waitFor();
      assert.deepEqual(
        (await all()).map((/** @type {{ name: string, prefix: string }} */ { name, prefix }) => [
          name,
          prefix,
        ]),
        [['Lyon Part-Dieu', 'lyon']],
      );
      assert.deepEqual(browser.errors, []);
    });

    it('say what belongs to them, and go once nothing does', async () => {
      const [{ id }] = await all();
      await openRoom(server, 'lyon-accueil', { address: 'lyon-accueil' });
      const people = await asOwner(server, 'GET', '/people');
      const claire = people.items.find((/** @type {{ email: string }} */ one) =>
        one.email.startsWith('claire'),
      );
      await asOwner(server, 'PATCH', `/people/${claire.id}`, { establishment: id });

      await page.reload();
      await page.getByRole('button', { name: 'Modifier : Lyon Part-Dieu' }).click();
      await dialog().getByText('Rattachement actuel : 1 personne et 1 salle.').waitFor();
      assert.equal(
        await dialog()
          .getByRole('button', { name: /^Supprimer/ })
          .count(),
        0,
      );

      await asOwner(server, 'DELETE', '/rooms/lyon-accueil');
      await asOwner(server, 'PATCH', `/people/${claire.id}`, { establishment: null });
      await page.reload();
      await page.getByRole('button', { name: 'Modifier : Lyon Part-Dieu' }).click();
      // By the keyboard: the focus goes from the button to what is safe, and back.
      const button = (/** @type {string} */ name) => dialog().getByRole('button', { name, exact: true });
      const focused = (/** @type {string} */ name) => button(name).and(page.locator(':focus')).waitFor();
      await button('Supprimer l’établissement…').press('Enter');
      await focused('Annuler');
      await page.keyboard.press('Enter');
      await focused('Supprimer l’établissement…');
      await page.keyboard.press('Enter');
      await focused('Annuler');
      await dialog().getByText('Aucune personne et aucune salle n’y est rattachée').waitFor();
      await dialog().getByText('commencent par « lyon- »').waitFor();
      await assertAccessible(page, 'an establishment about to go');
      await page.keyboard.press('Shift+Tab');
      await focused('Supprimer l’établissement');
      await page.keyboard.press('Enter');
      await page.getByRole('status').getByText('Établissement supprimé : Lyon Part-Dieu').waitFor();
      await page.getByText('Aucun établissement n’est encore ajouté').waitFor();
      assert.deepEqual(await all(), []);
      assert.deepEqual(browser.errors, []);
    });
  });
}
