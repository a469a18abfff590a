// The organisation's settings on the screen: its looks are worn by every page, and whom to ask is shown by those that say no.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { assertAccessible } from './lib/axe.mjs';
import { inBrowserOf, signIn } from './lib/people.mjs';
import { startServer } from './lib/server.mjs';

/** A violet picture of 120 by 40 that every browser shows. */
function picture() {
  const chunk = (/** @type {string} */ type, /** @type {Buffer} */ data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.from([0, 0, 0, 120, 0, 0, 0, 40, 8, 2, 0, 0, 0]);
  const row = Buffer.from([0, ...Array.from({ length: 120 }, () => [0x5b, 0x2a, 0x86]).flat()]);
  const rows = deflateSync(Buffer.concat(Array.from({ length: 40 }, () => row)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Of PNG's chunks (ISO 3309). @param {Buffer} bytes */
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

describe('the organisation', { timeout: 180_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  before(async () => {
    server = await startServer();
    server.linkFor('claire@example.org', { name: 'Claire Martin' });
    server.linkFor('jerome@example.org', { name: 'Jérôme Blanc' });
  });
  after(() => server?.stop());

  it('gives its pages its name, logo, colour and help, from their first byte', async () => {
    const how = { next: '/settings/organisation', viewport: { width: 1280, height: 900 } };
    await inBrowserOf(server, 'claire@example.org', how, async (page, context) => {
      const part = (/** @type {string} */ name) => page.getByRole('region', { name });
      const saved = async (/** @type {import('playwright-core').Locator} */ region) => {
        await region.getByRole('button', { name: 'Enregistrer les modifications' }).click();
        await region.getByRole('status').getByText('Modifications enregistrées').waitFor();
      };
      const identity = part('Identité');
      await identity.getByRole('textbox', { name: 'Nom de l’organisation' }).fill('Groupimo');
      await saved(identity);
      await page.getByRole('link', { name: 'Groupimo, accueil' }).waitFor();

      const logo = part('Logo');
      const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
      const choose = logo.locator('input[type=file]');
      await choose.setInputFiles({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: svg });
      await logo.getByRole('alert').getByText('SVG').waitFor();
      await choose.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: picture() });
      await logo.getByRole('img', { name: 'Logo de Groupimo' }).waitFor();
      await page.waitForFunction(() => {
        const shown = /** @type {HTMLImageElement | null} */ (document.querySelector('header img'));
        return shown?.naturalWidth === 120;
      });

      const leaf = () => getComputedStyle(document.documentElement).getPropertyValue('--leaf');
      const colour = part('Couleur');
      await colour.getByRole('textbox', { name: 'Couleur de l’organisation' }).fill('#ffd400');
      await colour.getByText('un peu modifiée pour rester lisible').waitFor();
      await colour.getByRole('slider', { name: 'Teinte' }).waitFor();
      await assertAccessible(page, 'choosing a colour');
      await saved(colour);
      const yellow = await page.evaluate(leaf);
      assert.notEqual(yellow, '#ffd400', 'yellow text on white cannot be read');
      assert.notEqual(yellow, '#1b6a4e', 'the colour is worn at once');
      await assertAccessible(page, 'in yellow');
      await colour.getByRole('textbox', { name: 'Couleur de l’organisation' }).fill('#5b2a86');
      await saved(colour);

      const help = part('Aide et informations légales');
      await help.getByRole('textbox', { name: 'Contact pour obtenir de l’aide' }).fill('aide@example.org');
      await help.getByRole('textbox', { name: 'Mentions légales' }).fill('javascript:alert(1)');
      await help.getByRole('button', { name: 'Enregistrer les modifications' }).click();
      await help.getByRole('alert').getByText('https://').waitFor();
      await help.getByRole('textbox', { name: 'Mentions légales' }).fill('https://example.org/mentions');
      await saved(help);

      const accounts = part('Création de comptes');
      await accounts.getByRole('radio', { name: 'Les adresses de certains domaines' }).check();
      await accounts.getByRole('textbox', { name: 'Domaines' }).fill('groupimo.example; @Example.net');
      await saved(accounts);
      assert.equal(
        await accounts.getByRole('textbox', { name: 'Domaines' }).inputValue(),
        'groupimo.example, example.net',
      );

      const guest = await context.browser()?.newContext({ locale: 'fr-FR' });
      assert.ok(guest);
      const theirs = await guest.newPage();
      // Before any script: the page has whose it is in its first bytes.
      const first = await (await fetch(`${server.url}/une-page/qui-n-est-pas`)).text();
      assert.match(first, /<title>Groupimo<\/title>/);
      await theirs.goto(`${server.url}/une-page/qui-n-est-pas`);
      await theirs.getByRole('link', { name: 'Groupimo, accueil' }).waitFor();
      assert.equal(await theirs.evaluate(leaf), '#5b2a86');
      const foot = theirs.getByRole('contentinfo');
      assert.equal(
        await foot.getByRole('link', { name: 'aide@example.org' }).getAttribute('href'),
        'mailto:aide@example.org',
      );
      await foot.getByRole('link', { name: 'Mentions légales' }).waitFor();
      assert.match(await theirs.title(), / · Groupimo$/);
      await assertAccessible(theirs, 'a page that is not there');
      await guest.close();
    });
  });

  it('is changed on a phone, and by nobody but who runs it', async () => {
    const how = { next: '/settings/organisation', viewport: { width: 360, height: 740 } };
    await inBrowserOf(server, 'claire@example.org', how, async (page, context) => {
      await page.getByRole('region', { name: 'Création de comptes' }).waitFor();
      await assertAccessible(page, 'the organisation on a phone');
      const his = await context.newPage();
      await signIn(his, server, 'jerome@example.org', { next: '/settings' });
      await his.getByRole('link', { name: 'Personnes' }).waitFor();
      assert.equal(await his.getByRole('link', { name: 'Organisation' }).count(), 0);
    });
  });
});
