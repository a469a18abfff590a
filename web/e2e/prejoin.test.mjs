// Before joining, on telephones and on a desktop: what the room says is read, and the way in is seen.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromiums } from './lib/browser.mjs';
import { askToJoin, previewReady } from './lib/call.mjs';
import { standsAt } from './lib/door.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, touch: true };

describe('before joining', { timeout: 120_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromiums>>} */
  let browsers;
  before(async () => {
    server = await startServer();
    browsers = await openChromiums();
  });
  after(async () => {
    await browsers?.close();
    await server?.stop();
  });

  const welcomeOf = (/** @type {import('playwright-core').Page} */ page) =>
    page.getByRole('region', { name: 'Message d’accueil' });

  for (const [where, look] of Object.entries({ desktop: DESKTOP, telephone: PHONE })) {
    it(`reads what the room says, in its lines and with its links, on a ${where}`, async () => {
      const welcome = 'Ordre du jour\n1. Budget <b>2027</b>\nhttps://example.org/notes';
      const room = await openRoom(server, 'accueil', { access: 'knock', welcome });
      const page = await browsers.somebody(look);
      await page.goto(`${server.url}/${room}`);
      await previewReady(page);
      assert.equal(await welcomeOf(page).innerText(), welcome);
      const link = welcomeOf(page).getByRole('link');
      assert.equal(await link.getAttribute('href'), 'https://example.org/notes');
      await assertAccessible(page, 'the door with a welcome');
      // Whoever waits reads on.
      await askToJoin(page, server.url, room, 'Zoé');
      await standsAt(page, 'nobody');
      assert.equal(await welcomeOf(page).innerText(), welcome);
      await page.context().close();
    });

    it(`keeps a long one in its place, on a ${where}`, async () => {
      const welcome = `${'m'.repeat(400)}\n${'Une consigne de plus.\n'.repeat(72)}`;
      const room = await openRoom(server, 'accueil', { welcome });
      const page = await browsers.somebody(look);
      await page.goto(`${server.url}/${room}`);
      await previewReady(page);
      const box = await welcomeOf(page).boundingBox();
      assert.ok(box && box.height <= 240, `${box?.height} px high`);
      await welcomeOf(page).focus();
      await page.keyboard.press('End');
      await page.waitForFunction(() => {
        const read = document.querySelector('section[tabindex="0"]');
        return read && read.scrollTop + read.clientHeight >= read.scrollHeight - 1;
      });
      await assertAccessible(page, 'the door with a long welcome');
      await page.context().close();
    });
  }

  for (const [width, height] of /** @type {const} */ ([
    [360, 640],
    [740, 360],
  ])) {
    it(`shows the way in without scrolling at ${width} × ${height}, and the devices at one touch`, async () => {
      const room = await openRoom(server, 'petit', { name: 'Conseil', welcome: 'Un mot.\n'.repeat(20) });
      const page = await browsers.somebody({ viewport: { width, height }, touch: true });
      await page.goto(`${server.url}/${room}`);
      await previewReady(page);
      const box = await page.getByRole('button', { name: 'Rejoindre', exact: true }).boundingBox();
      assert.ok(box && box.y + box.height <= height, JSON.stringify(box));
      await page.locator('[data-lit]').first().waitFor();
      assert.equal(await page.getByRole('combobox', { name: 'Micro' }).isVisible(), false);
      await page.getByText('Micro, caméra et haut-parleur').click();
      await page.getByRole('combobox', { name: 'Micro' }).waitFor();
      await assertAccessible(page, 'the door of a small screen');
      await page.context().close();
    });
  }

  it('says nothing to strangers before a locked door', async () => {
    const room = await openRoom(server, 'accueil', { access: 'locked', welcome: 'Entre nous' });
    const page = await browsers.somebody(DESKTOP);
    await page.goto(`${server.url}/${room}`);
    await page.getByText('Personne n’est encore là.').or(page.getByText('déjà là')).waitFor();
    assert.equal(await page.getByText('Entre nous').count(), 0);
    await page.context().close();
  });
});
