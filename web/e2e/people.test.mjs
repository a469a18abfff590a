// The people of the organisation on the screen: finding, inviting, changing, deactivating; who may and who may not.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { inBrowserOf, signIn } from './lib/people.mjs';
import { startServer } from './lib/server.mjs';

describe('people', { timeout: 180_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  before(async () => {
    server = await startServer();
    server.linkFor('claire@example.org', { name: 'Claire Martin' });
    server.linkFor('jerome@example.org', { name: 'Jérôme Blanc' });
  });
  after(() => server?.stop());

  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 360, height: 740 },
  ]) {
    it(`are invited, changed and deactivated at ${viewport.width} px`, async () => {
      const email = `nadia.kessler+${viewport.width}@example.org`;
      const how = { next: '/settings/people', viewport };
      await inBrowserOf(server, 'claire@example.org', how, async (page) => {
        await page.getByRole('row', { name: /Jérôme Blanc/ }).waitFor();
        await assertAccessible(page, 'the people');

        await page.getByRole('button', { name: 'Inviter une personne' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByRole('textbox', { name: 'Adresse électronique' }).fill('nadia');
        await dialog.getByRole('button', { name: 'Envoyer l’invitation' }).click();
        await dialog.getByRole('alert').getByText('nom@exemple.fr').waitFor();
        await assertAccessible(page, 'the invitation');
        await dialog.getByRole('textbox', { name: 'Adresse électronique' }).fill(email);
        await dialog.getByRole('button', { name: 'Envoyer l’invitation' }).click();
        const row = page.getByRole('row', { name: email });
        await row.getByText('Invitée').waitFor();
        await page.getByRole('status').getByText('Invitation envoyée à Nadia Kessler').waitFor();

        await page.getByRole('searchbox', { name: 'Chercher par nom ou par adresse' }).fill('KESSLER nad');
        await page.getByRole('row', { name: /Jérôme/ }).waitFor({ state: 'detached' });
        await row.getByRole('button', { name: /^Modifier/ }).click();
        await dialog.getByRole('combobox', { name: 'Rôle' }).selectOption('admin');
        await dialog.getByRole('checkbox', { name: 'Peut gérer les intégrations' }).check();
        await dialog.getByRole('button', { name: 'Enregistrer les modifications' }).click();
        await dialog.getByRole('status').getByText('Modifications enregistrées').waitFor();
        await dialog.getByRole('button', { name: 'Renvoyer l’invitation' }).click();
        await dialog.getByRole('status').getByText('Invitation envoyée').waitFor();
        await assertAccessible(page, 'one person');
        await dialog.getByRole('button', { name: 'Désactiver le compte' }).click();
        await dialog.getByText('seront déconnectés tout de suite').waitFor();
        await dialog.getByRole('button', { name: 'Désactiver le compte' }).click();
        await dialog.getByRole('button', { name: 'Réactiver le compte' }).waitFor();
        await page.keyboard.press('Escape');
        await row.getByText('Désactivée').waitFor();
        await row.getByText('Administration').waitFor();
      });
    });
  }

  it('are seen and not changed by members, and the last owner stays', async () => {
    await inBrowserOf(server, 'jerome@example.org', { next: '/settings/people' }, async (page, context) => {
      await page.getByRole('row', { name: /Claire Martin/ }).waitFor();
      assert.equal(await page.getByRole('button', { name: /Modifier|Inviter/ }).count(), 0);
      assert.equal(await page.getByRole('link', { name: 'Importer une liste' }).count(), 0);

      const hers = await context.newPage();
      await signIn(hers, server, 'claire@example.org', { next: '/settings/people' });
      await hers.getByRole('button', { name: 'Modifier : Claire Martin' }).click();
      const dialog = hers.getByRole('dialog');
      await dialog.getByRole('combobox', { name: 'Rôle' }).selectOption('member');
      await dialog.getByRole('button', { name: 'Enregistrer les modifications' }).click();
      await dialog.getByRole('alert').getByText('L’organisation doit garder au moins une personne').waitFor();
    });
  });

  it('come from a list, of which each line is looked at first', async () => {
    const how = { next: '/settings/people', viewport: { width: 1280, height: 900 } };
    await inBrowserOf(server, 'claire@example.org', how, async (page) => {
      await page.getByRole('link', { name: 'Importer une liste' }).click();
      const choose = page.locator('input[type=file]');
      const file = (/** @type {string | Buffer} */ content) => ({
        name: 'liste.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(content),
      });
      // What spreadsheets on an old Macintosh write: nobody’s name is guessed.
      await choose.setInputFiles(file(Buffer.from('nom;courriel\nRen\x8e;rene@example.org\n', 'latin1')));
      await page.getByRole('alert').getByText('Les accents de la ligne 2 sont illisibles').waitFor();
      await choose.setInputFiles(file(Buffer.from('PK\x03\x04\x14\x00', 'latin1')));
      await page.getByRole('alert').getByText('C’est un classeur').waitFor();
      await assertAccessible(page, 'a list that cannot be read');

      // What Excel writes in France: semicolons, Windows-1252, a line twice, and someone who is here already.
      const list =
        'Nom;Prénom;Courriel;Téléphone\r\n' +
        'Lefèvre;Éloïse;eloise@example.org;04\r\n' +
        'Lefèvre;Éloïse;Eloise@example.org;04\r\n' +
        'Blanc;Jérôme;jerome@example.org;\r\n' +
        'Sans;Arobase;sans.example.org;\r\n';
      await choose.setInputFiles(file(Buffer.from(list, 'latin1')));
      const status = page.getByRole('status');
      await status.getByText('1 personne sera ajoutée.').waitFor();
      await status.getByText('1 personne a déjà un compte').waitFor();
      await status.getByText('2 lignes ne peuvent pas servir').waitFor();
      await status.getByText('windows-1252').waitFor();
      await status.getByText('Colonnes laissées de côté').waitFor();
      const row = (/** @type {string} */ name) => page.getByRole('row', { name });
      await row('3 Eloise@example.org').getByText('La même adresse figure déjà à la ligne 2').waitFor();
      await row('5 sans.example.org').getByText('n’est pas valable').waitFor();
      await row('2 eloise@example.org Éloïse Lefèvre').getByText('Nouvelle personne').waitFor();
      await assertAccessible(page, 'the preview of a list');

      await page.getByRole('button', { name: 'Ajouter 1 personne' }).click();
      await status.getByText('1 personne est ajoutée.').waitFor();
      await page.getByRole('link', { name: 'Personnes' }).last().click();
      await row('eloise@example.org').getByText('Invitée').waitFor();
    });
  });

  it('answer within 200 ms, two hundred of them', async () => {
    const names = Array.from({ length: 200 }, (_, at) => `personne.${at}@example.org`);
    const added = await fetch(`${server.url}/api/v1/people/import?dry_run=false`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.tokenFor('claire@example.org', ['people:write'])}` },
      body: `courriel\n${names.join('\n')}\n`,
    });
    assert.equal((await added.json()).totals.add, 200);
    const how = { next: '/settings/me', viewport: { width: 1280, height: 900 } };
    await inBrowserOf(server, 'claire@example.org', how, async (page) => {
      /** @type {number[]} */
      const taken = [];
      for (let round = 0; round < 5; round++) {
        await page.goto(`${server.url}/settings/me`);
        await page.getByRole('link', { name: 'Personnes' }).waitFor();
        taken.push(await page.evaluate(opensAndFinds));
      }
      console.log(`200 people: opened, drawn and searched in ${taken.map(Math.round).join(', ')} ms`);
      // Three times the figure: the server is a debug build here, and machines that run tests do other things, too.
      assert.ok(Math.min(...taken) <= 600, `${taken.join(', ')} ms`);
    });
  });
});

/**
 * Runs in the page: from the click on the list to the list drawn and its search answering.
 * @returns {Promise<number>} milliseconds
 */
async function opensAndFinds() {
  const seen = (/** @type {() => boolean} */ there) =>
    new Promise((resolve) => {
      const look = () => (there() ? resolve(undefined) : requestAnimationFrame(look));
      look();
    });
  const rows = () => document.querySelectorAll('tbody tr').length;
  const began = performance.now();
  /** @type {HTMLAnchorElement} */ (document.querySelector('a[href="/settings/people"]')).click();
  await seen(() => rows() >= 50);
  const search = /** @type {HTMLInputElement} */ (document.querySelector('input[type=search]'));
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
  set?.call(search, 'personne.199');
  search.dispatchEvent(new Event('input', { bubbles: true }));
  await seen(() => rows() === 1);
  return performance.now() - began;
}
