// Webhooks on the screen: a program is added, hears of a room, what it answered is seen, and it is told again.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import http from 'node:http';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { inBrowserOf, signIn } from './lib/people.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

/** Somebody's program, which keeps what it heard. */
async function startProgram() {
  /** @type {{ headers: http.IncomingHttpHeaders, body: string }[]} */
  const heard = [];
  const events = new EventEmitter();
  const program = http.createServer((request, answer) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      heard.push({ headers: request.headers, body });
      answer.end('merci');
      events.emit('heard');
    });
  });
  await new Promise((resolve) => program.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (program.address());
  return { heard, events, url: `http://127.0.0.1:${port}/palabre`, stop: () => program.close() };
}

describe('webhooks', { timeout: 120_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof startProgram>>} */
  let program;
  before(async () => {
    program = await startProgram();
    // The program of this test runs on this machine.
    process.env.PALABRE_WEBHOOK_PRIVATE = 'true';
    server = await startServer();
    // The first one is owner, also for the rooms of this test.
    server.linkFor('responsable@example.org', { name: 'Claire Martin' });
  });
  after(async () => {
    await server?.stop();
    program?.stop();
  });

  for (const viewport of [
    { width: 1280, height: 900 },
    { width: 360, height: 740 },
  ]) {
    it(`are added, heard and replayed at ${viewport.width} px`, async () => {
      program.heard.length = 0;
      const browser = await openChromium({ viewport });
      try {
        const page = await browser.context.newPage();
        await signIn(page, server, 'responsable@example.org', { next: '/settings/webhooks' });
        const name = `Agenda ${viewport.width}`;
        await page.getByRole('button', { name: 'Ajouter un webhook' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByRole('textbox', { name: 'Nom' }).fill(name);
        await dialog.getByRole('textbox', { name: 'Adresse appelée' }).fill('ftp://example.org');
        await dialog.getByRole('button', { name: 'Ajouter', exact: true }).click();
        await dialog.getByRole('alert').getByText('https://').waitFor();
        await assertAccessible(page, 'adding a webhook');
        await dialog.getByRole('textbox', { name: 'Adresse appelée' }).fill(program.url);
        await dialog.getByRole('button', { name: 'Ajouter', exact: true }).click();
        const secret = await dialog.getByRole('textbox', { name: 'Secret' }).inputValue();
        await assertAccessible(page, 'the secret');
        await dialog.getByRole('button', { name: 'C’est noté' }).click();

        const address = await openRoom(server, 'atelier');
        await page.getByRole('link', { name }).click();
        const calls = page.getByRole('region', { name: 'Appels' });
        await calls.getByText('Reçu · 200').first().waitFor();
        await assertAccessible(page, 'a webhook');
        const [first] = program.heard;
        assert.ok(first);
        const { headers, body } = first;
        const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
        const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
        assert.equal(
          headers['webhook-signature'],
          `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
        );
        assert.equal(JSON.parse(body).data.room.address, address);

        await Promise.all([
          once(program.events, 'heard'),
          calls.getByRole('button', { name: 'Renvoyer' }).first().click(),
        ]);
        assert.equal(program.heard[1]?.headers['webhook-id'], headers['webhook-id']);

        await page.getByRole('button', { name: 'Supprimer le webhook' }).click();
        await page.getByRole('button', { name: 'Ajouter un webhook' }).waitFor();
        assert.equal(await page.getByRole('link', { name }).count(), 0);
        assert.deepEqual(
          browser.errors.filter((error) => !error.includes('422')),
          [],
        );
      } finally {
        await browser.close();
      }
    });
  }

  it('are for who manages integrations; others read whom to ask', async () => {
    await inBrowserOf(server, 'nadia@example.org', { next: '/settings/webhooks' }, async (page) => {
      await page.getByText('Demandez à Claire Martin').waitFor();
      assert.equal(await page.getByRole('button', { name: /^Ajouter/ }).count(), 0);
      await assertAccessible(page, 'a page one lacks the right for');
    });
  });
});
