// Meetings that were, as hosts read them: who was there, what was written, and nothing of it for others.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromiums } from './lib/browser.mjs';
import { join } from './lib/call.mjs';
import { signIn } from './lib/people.mjs';
import { asOwner, openRoom, owner } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

for (const viewport of [
  { width: 1280, height: 800 },
  { width: 360, height: 740 },
]) {
  describe(`meetings that were, at ${viewport.width} px`, { timeout: 120_000 }, () => {
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

    it('show hosts who was there and what was written', async () => {
      const room = await openRoom(server, 'memoire', { name: 'Mémoire' });
      const samir = await browsers.somebody({ viewport: { width: 1100, height: 700 } });
      await join(samir, server.url, room, 'Samir');
      await samir.getByRole('button', { name: /^Discussion/ }).click();
      const field = samir.getByRole('textbox', { name: 'Écrire à tout le monde' });
      for (const text of ['Le devis : https://example.org/devis', 'À bientôt\nSamir']) {
        await field.fill(text);
        await samir.keyboard.press('Enter');
        await samir
          .getByRole('log')
          .locator('time')
          .nth(text.startsWith('Le') ? 0 : 1)
          .waitFor();
      }
      await samir.getByRole('button', { name: 'Quitter', exact: true }).click();
      await samir.locator('[data-reason="left"]').waitFor();

      const page = await browsers.somebody({ viewport, touch: viewport.width < 500 });
      await signIn(page, server, owner, { name: 'Claire', next: `/${room}/meetings` });
      await page.getByRole('heading', { name: 'Réunions passées' }).waitFor();
      await page.getByRole('main').getByRole('listitem').getByRole('link').click();
      await page.getByRole('row', { name: /Samir/ }).waitFor();
      const chat = page.getByRole('region', { name: 'Discussion' });
      await chat.getByRole('article').filter({ hasText: 'À bientôt' }).waitFor();
      const link = chat.getByRole('link', { name: 'https://example.org/devis' });
      assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow');
      assert.deepEqual(
        (await chat.getByRole('article').allTextContents()).map((text) => /devis|bientôt/.exec(text)?.[0]),
        ['devis', 'bientôt'],
      );
      await assertAccessible(page, 'a meeting with what was written');

      const member = await browsers.somebody({ viewport });
      await signIn(member, server, 'nadia@example.org', { name: 'Nadia' });
      await member.goto(page.url());
      await member.getByRole('alert').waitFor();
      assert.equal(await member.getByText('devis').count(), 0);
    });

    it('are kept for as long as administrators say', async () => {
      const page = await browsers.somebody({ viewport });
      await signIn(page, server, owner, { next: '/settings/organisation' });
      const kept = page.getByRole('region', { name: 'Conservation' });
      const messages = kept.getByRole('textbox', { name: 'Messages écrits en réunion' });
      const attendance = kept.getByRole('textbox', { name: 'Présence aux réunions' });
      assert.equal(await messages.inputValue(), '');
      const save = kept.getByRole('button', { name: 'Enregistrer les modifications' });
      await messages.fill('9999');
      await save.click();
      await kept.getByRole('alert').waitFor();
      await messages.fill('90');
      await attendance.fill('365');
      await save.click();
      await kept.getByText('Modifications enregistrées').waitFor();
      await assertAccessible(page, 'how long things are kept');
      const { policies } = await asOwner(server, 'GET', '/organisation');
      assert.deepEqual([policies.chat_days, policies.attendance_days], [90, 365]);
      await messages.fill('');
      await save.click();
      await kept.getByText('Modifications enregistrées').waitFor();
      assert.equal((await asOwner(server, 'GET', '/organisation')).policies.chat_days, null);
      assert.deepEqual(browsers.errors, []);
    });
  });
}
