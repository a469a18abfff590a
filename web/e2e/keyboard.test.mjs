// A whole call without a pointer: from the first page to goodbye with the keyboard alone.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromium } from './lib/browser.mjs';
import { join, previewReady, seesAndHears, tileOf } from './lib/call.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

describe('the keyboard alone', { timeout: 180_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let browser;
  before(async () => {
    server = await startServer();
    browser = await openChromium();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('is enough for a whole call', async () => {
    const room = await openRoom(server, 'clavier');
    const samir = await browser.context.newPage();
    await join(samir, server.url, room, 'Samir');
    const page = await browser.context.newPage();
    const { keyboard } = page;

    /** What has the focus, as a screen reader would name it. */
    const focused = () =>
      page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return '';
        const label = element.id ? document.querySelector(`label[for="${element.id}"]`)?.textContent : '';
        return element.getAttribute('aria-label') ?? (label || (element.textContent ?? ''));
      });
    /** @param {RegExp} name @param {string} [key] */
    const reach = async (name, key = 'Tab') => {
      const seen = [];
      for (let i = 0; i < 60; i++) {
        const now = await focused();
        if (name.test(now)) {
          const ring = await page.evaluate(() => {
            const { outlineStyle, outlineWidth } = getComputedStyle(
              /** @type {Element} */ (document.activeElement),
            );
            return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
          });
          assert.ok(ring, `the focus is visible on ${now}`);
          return;
        }
        seen.push(now);
        await keyboard.press(key);
      }
      assert.fail(`${name} is not reached; passed ${seen.join(' | ')}`);
    };

    await page.goto(server.url);
    await reach(/Nom de la salle/);
    await keyboard.type(room);
    await keyboard.press('Enter');
    await page.waitForURL(`**/${room}`);
    await previewReady(page);
    await reach(/^Micro/);
    await reach(/^Caméra/);
    await reach(/Votre nom/);
    await keyboard.press('Control+a');
    await keyboard.type('Zoé');
    await keyboard.press('Enter');
    await page.getByRole('toolbar').waitFor();
    await seesAndHears(page, ['Samir']);

    // Own devices, by button and by shortcut.
    await reach(/^Micro/);
    await keyboard.press('Enter');
    await tileOf(samir, 'Zoé').getByText('Micro coupé').waitFor({ state: 'attached' });
    await keyboard.press('Control+d');
    await page.getByRole('button', { name: 'Micro activé' }).waitFor();

    // Writing, and the focus back where it came from.
    await reach(/^Discussion/);
    await keyboard.press('Enter');
    await page.getByRole('textbox').waitFor();
    await reach(/Écrire à tout le monde/);
    await keyboard.type('Bonjour');
    await keyboard.press('Enter');
    await samir.getByRole('button', { name: /^Discussion.*non lu/ }).waitFor();
    await keyboard.press('Escape');
    assert.match(await focused(), /^Discussion/);

    // Arrows walk along the bar, from its end to its beginning too.
    await keyboard.press('ArrowRight');
    assert.match(await focused(), /personnes/);
    await keyboard.press('End');
    assert.match(await focused(), /^Quitter/);
    await keyboard.press('ArrowRight');
    assert.match(await focused(), /^Micro/);

    // People and pinning.
    await reach(/personnes/);
    await keyboard.press('Enter');
    await page.getByRole('complementary').waitFor();
    await reach(/Épingler Samir/, 'Shift+Tab');
    await keyboard.press('Space');
    await page
      .getByRole('group', { name: 'Samir', exact: true })
      .getByRole('button', { name: /Désépingler/ })
      .waitFor();
    await keyboard.press('Escape');

    // The menu, a dialog, and back.
    await reach(/^Plus/);
    await keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await reach(/Raccourcis clavier/, 'ArrowDown');
    await keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Raccourcis clavier' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await reach(/^Quitter/);
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Vous avez quitté la salle' }).waitFor();
    await reach(/Revenir dans la salle/);
    assert.deepEqual(browser.errors, []);
  });
});
