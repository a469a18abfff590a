// The first page of somebody who is signed in: their rooms as they are now, making one, copying links and invitations.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { join } from './lib/call.mjs';
import { signIn } from './lib/people.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

const sizes = [
  { width: 1280, height: 800 },
  { width: 360, height: 780 },
];

for (const viewport of sizes) {
  describe(`home at ${viewport.width} px`, { timeout: 180_000 }, () => {
    /** @type {Awaited<ReturnType<typeof startServer>>} */
    let server;
    /** @type {Awaited<ReturnType<typeof openChromium>>} */
    let browser;
    /** @type {import('playwright-core').Page} */
    let page;
    before(async () => {
      server = await startServer();
      await openRoom(server, 'direction', { address: 'direction', name: 'Direction', access: 'locked' });
      await openRoom(server, 'accueil', { address: 'accueil', name: 'Accueil' });
      browser = await openChromium({ viewport, touch: viewport.width < 500 });
      await browser.context.grantPermissions(['clipboard-read', 'clipboard-write']);
      page = await browser.context.newPage();
      await signIn(page, server, 'claire@example.org', { name: 'Claire Martin' });
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
    });

    const copied = () => page.evaluate(() => navigator.clipboard.readText());

    it('greets, and explains where one’s rooms will be', async () => {
      await page.getByRole('heading', { name: 'Bonjour Claire', level: 1 }).waitFor();
      await page.getByText('Vos salles seront ici').waitFor();
      await assertAccessible(page, 'home without rooms');
    });

    it('proposes an address for a name, says what is wrong with it at once, and makes the room', async () => {
      await page.getByRole('button', { name: 'Nouvelle salle' }).click();
      const dialog = page.getByRole('dialog', { name: 'Nouvelle salle' });
      const make = dialog.getByRole('button', { name: 'Créer la salle' });
      await dialog.getByRole('textbox', { name: 'Nom de la salle' }).fill('Accueil');
      await dialog.getByText('Une salle a déjà cette adresse.').waitFor();
      assert.equal(await make.isDisabled(), true);
      await dialog.getByRole('button', { name: 'accueil-2', exact: true }).click();
      await dialog.getByText('Adresse libre').waitFor({ state: 'attached' });
      const address = dialog.getByRole('textbox', { name: 'Adresse' });
      assert.equal(await address.inputValue(), 'accueil-2');
      await address.fill('accuei1');
      await dialog.getByText('ressemble trop à celle d’une autre salle, accueil').waitFor();
      await dialog.getByRole('textbox', { name: 'Nom de la salle' }).fill('Équipe produit');
      await address.fill('Équipe produit');
      await assertAccessible(page, 'the dialog of a new room');
      await make.click();
      await dialog.waitFor({ state: 'detached' });
      const card = page.getByRole('listitem').filter({ hasText: '/equipe-produit' }).first();
      await card.getByText('Libre').waitFor();
      await assertAccessible(page, 'home with rooms');
    });

    it('shows who is in a room, and that one is locked', async () => {
      const guest = await openChromium();
      try {
        await join(await guest.context.newPage(), server.url, 'accueil', 'Zoé Nguyen');
        const all = page.getByRole('region', { name: 'Toutes les salles' });
        await all.getByRole('listitem').filter({ hasText: '/accueil' }).getByText('Zoé').waitFor();
        await all.getByRole('listitem').filter({ hasText: '/direction' }).getByText('Verrouillée').waitFor();
        await page.getByText('1 salle utilisée en ce moment').waitFor();
      } finally {
        await guest.close();
      }
    });

    it('copies the link and an invitation that says what will happen', async () => {
      const mine = page.getByRole('region', { name: 'Mes salles' });
      await mine.getByRole('button', { name: /^Copier le lien/ }).click();
      await mine.getByText('Lien copié').waitFor();
      assert.equal(await copied(), `${server.url}/equipe-produit`);
      await mine.getByRole('button', { name: /^Autres actions/ }).click();
      const copyInvitation = page.getByRole('menuitem', { name: 'Copier l’invitation' });
      await copyInvitation.waitFor();
      await assertAccessible(page, 'the menu of a room');
      await copyInvitation.click();
      await page.getByText(/^Invitation copiée/).waitFor();
      const text = await copied();
      assert.match(text, /^Claire Martin vous invite/);
      assert.ok(text.includes(`${server.url}/equipe-produit`), text);
      assert.ok(text.includes('vous frapperez à la porte'), text);
    });

    it('shows the QR code of a room, and gives the focus back', async () => {
      const mine = page.getByRole('region', { name: 'Mes salles' });
      const more = mine.getByRole('button', { name: /^Autres actions/ });
      await more.click();
      await page.getByRole('menuitem', { name: 'Code QR' }).click();
      const picture = page.getByRole('dialog').getByRole('img', { name: /equipe-produit$/ });
      await picture.waitFor();
      await picture.evaluate((image) => /** @type {HTMLImageElement} */ (image).decode());
      await assertAccessible(page, 'the QR code');
      await page.keyboard.press('Escape');
      await picture.waitFor({ state: 'detached' });
      assert.equal(await more.evaluate((button) => button === document.activeElement), true);
    });

    it('finds a room among all, without accents', async () => {
      const all = page.getByRole('region', { name: 'Toutes les salles' });
      await all.getByRole('searchbox', { name: 'Chercher une salle' }).fill('equipe PRODUIT');
      await page.waitForFunction(
        () => document.querySelectorAll('[aria-labelledby=all-rooms] li').length === 1,
      );
      await all.getByRole('searchbox').fill('rien de tel');
      await all.getByText('Aucune salle ne correspond').first().waitFor();
      await all.getByRole('searchbox').fill('');
    });

    it('starts a meeting in one’s room', async () => {
      await page.getByRole('link', { name: 'Démarrer une réunion' }).click();
      await page.waitForURL(`${server.url}/equipe-produit`);
      await page.getByRole('heading', { name: 'Équipe produit', level: 1 }).waitFor();
      assert.deepEqual(browser.errors, []);
    });
  });
}
