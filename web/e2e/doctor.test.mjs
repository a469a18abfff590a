// The examination page: what the server finds out about itself, and a call that failed, for whoever may see it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { signIn } from './lib/people.mjs';
import { startServer } from './lib/server.mjs';

describe('the doctor', { timeout: 120_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  before(async () => {
    server = await startServer();
    server.linkFor('claire@example.org', { name: 'Claire Martin' });
    server.linkFor('jerome@example.org', { name: 'Jérôme Blanc' });
    const failed = { address: 'groupimo', name: 'Ada Lovelace', cause: 'call_blocked', waited: 8000 };
    const told = await fetch(`${server.url}/api/v1/failed-joins`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'Firefox/140.0 Linux' },
      body: JSON.stringify(failed),
    });
    assert.equal(told.status, 202);
  });
  after(() => server?.stop());

  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 360, height: 740 },
  ]) {
    it(`says what it found, and which calls failed, at ${viewport.width} px`, async () => {
      const browser = await openChromium({ viewport });
      try {
        const page = await browser.context.newPage();
        await signIn(page, server, 'claire@example.org', { next: '/settings/doctor' });
        await page.getByText('SQLite répond en').waitFor();
        await page.getByRole('status').getByText('Tout fonctionne.').waitFor();
        await page.getByText(/^Le serveur écoute/).waitFor();
        const row = page.getByRole('row', { name: /Ada Lovelace/ });
        await row.getByText(/Ni UDP ni TCP ne passent/).waitFor();
        await row.getByText('Firefox, Linux').waitFor();
        await assertAccessible(page, 'the doctor');

        const again = page.waitForResponse(`${server.url}/api/v1/doctor`);
        await page.getByRole('button', { name: 'Vérifier à nouveau' }).click();
        assert.equal((await again).status(), 200);
        assert.deepEqual(browser.errors, []);
        if (process.env.PICTURES) {
          await page.screenshot({
            path: `${process.env.PICTURES}/doctor-${viewport.width}.png`,
            fullPage: true,
          });
        }
      } finally {
        await browser.close();
      }
    });
  }

  it('a clock that is wrong is told from one that is right', async () => {
    const browser = await openChromium();
    try {
      const page = await browser.context.newPage();
      await page.clock.setFixedTime(Date.now() + 600_000);
      await signIn(page, server, 'claire@example.org', { next: '/settings/doctor' });
      await page.getByText(/^L’horloge de ce navigateur et celle du serveur diffèrent de \d{3} s/).waitFor();
    } finally {
      await browser.close();
    }
  });

  it('is for those who run the organisation', async () => {
    const browser = await openChromium();
    try {
      const page = await browser.context.newPage();
      await signIn(page, server, 'jerome@example.org', { next: '/settings/doctor' });
      await page.getByRole('alert').getByText('Claire Martin').first().waitFor();
      assert.equal(await page.getByRole('link', { name: 'Diagnostic' }).count(), 0);
    } finally {
      await browser.close();
    }
  });
});
