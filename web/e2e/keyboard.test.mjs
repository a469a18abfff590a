// Whole calls without a pointer: from the first page to goodbye, and from the first knock to the end for all.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium, openChromiums } from './lib/browser.mjs';
import { askToJoin, join, previewReady, seesAndHears, tileOf } from './lib/call.mjs';
import { signIn } from './lib/people.mjs';
import { openRoom, owner } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

/** Walks a page as somebody without a pointer does. @param {import('playwright-core').Page} page */
function byKeyboard(page) {
  /** What has the focus, as a screen reader would name it. */
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return '';
      const label = element.id ? document.querySelector(`label[for="${element.id}"]`)?.textContent : '';
      return element.getAttribute('aria-label') ?? (label || (element.textContent ?? ''));
    });
  /** Goes on until something of this name has the focus, which must be seen. @param {RegExp} name @param {string} [key] */
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
      await page.keyboard.press(key);
    }
    assert.fail(`${name} is not reached; passed ${seen.join(' | ')}`);
  };
  return { focused, reach };
}

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

    const { focused, reach } = byKeyboard(page);

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
    await assertAccessible(page, 'the shortcuts');
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await reach(/^Quitter/);
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Vous avez quitté la salle' }).waitFor();
    await reach(/Revenir dans la salle/);
    assert.deepEqual(browser.errors, []);
  });

  it('is enough to host one', async () => {
    const others = await openChromiums();
    try {
      const room = await openRoom(server, 'clavier-hote', { access: 'knock' });
      const page = await others.somebody();
      const { keyboard } = page;
      const { focused, reach } = byKeyboard(page);
      await signIn(page, server, owner, { name: 'Claire' });
      await page.goto(`${server.url}/${room}`);
      await previewReady(page);
      await reach(/^Rejoindre/);
      await keyboard.press('Enter');
      await page.getByRole('toolbar').waitFor();

      // Two who knock: one waits and comes in, the other does not.
      const [zoe, ben] = [await others.somebody(), await others.somebody()];
      await askToJoin(zoe, server.url, room, 'Zoé');
      await page.getByRole('button', { name: 'Faire patienter Zoé' }).waitFor();
      await reach(/^Faire patienter Zoé/);
      await keyboard.press('Enter');
      await zoe.locator('[data-stand="held"]').waitFor();
      await reach(/^Faire entrer Zoé/);
      await keyboard.press('Enter');
      await zoe.getByRole('toolbar').waitFor();
      await askToJoin(ben, server.url, room, 'Ben');
      await page.getByRole('button', { name: 'Refuser Ben' }).waitFor();
      await reach(/^Refuser Ben/);
      await keyboard.press('Enter');
      await ben.locator('[data-refusal="sent_away"]').waitFor();

      // The padlock.
      await reach(/^Porte/, 'Shift+Tab');
      await keyboard.press('Enter');
      await page.getByRole('menu').waitFor();
      await reach(/^Verrouillée/, 'ArrowDown');
      await keyboard.press('Enter');
      await zoe.getByText('Verrouillée').first().waitFor();
      await page.getByRole('menu').waitFor({ state: 'detached' });
      assert.match(await focused(), /^Porte/);

      // Somebody's hand and microphone.
      await zoe.getByRole('button', { name: 'Main', exact: true }).click();
      await reach(/2 personnes/);
      await keyboard.press('Enter');
      await page.getByRole('complementary').waitFor();
      const act = async (/** @type {RegExp} */ what) => {
        await reach(/^Actions sur Zoé/);
        await keyboard.press('Enter');
        await page.getByRole('menu').waitFor();
        await reach(what, 'ArrowDown');
        await keyboard.press('Enter');
      };
      await act(/^Baisser la main/);
      await zoe.getByRole('button', { name: 'Main', exact: true }).waitFor();
      await act(/^Couper le micro/);
      await zoe.getByRole('button', { name: /^Micro coupé/ }).waitFor();

      // Putting out asks first, and the safe answer has the focus.
      await act(/^Exclure/);
      const question = page.getByRole('dialog', { name: /^Exclure Zoé/ });
      await question.waitFor();
      await reach(/^Annuler/);
      await keyboard.press('Enter');
      await question.waitFor({ state: 'detached' });
      await act(/^Exclure/);
      await question.waitFor();
      await reach(/^Exclure/);
      await keyboard.press('Enter');
      await zoe.locator('[data-reason="removed"]').waitFor();

      // The end for all.
      await reach(/^Terminer la réunion/);
      await keyboard.press('Enter');
      await page.getByRole('dialog', { name: /^Terminer la réunion/ }).waitFor();
      await reach(/^Terminer pour tous/);
      await keyboard.press('Enter');
      await page.locator('[data-reason]').waitFor();
      assert.deepEqual(others.errors, []);
    } finally {
      await others.close();
    }
  });
});
