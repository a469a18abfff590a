// The server as who runs it sees it: a mail server that refuses is visible, what was given up is tried again, and it is
// told who did what.
import { EventEmitter, once } from 'node:events';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { inBrowserOf, signIn } from './lib/people.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

/** A mail server that takes letters, or refuses each mailbox while `refuses`. */
async function startMailServer() {
  const state = { refuses: true, taken: 0 };
  const taking = new EventEmitter();
  const server = net.createServer((socket) => {
    let inside = false;
    socket.on('error', () => {});
    socket.write('220 e2e\r\n');
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').slice(0, -1)) {
        if (inside) {
          if (line !== '.') continue;
          inside = false;
          state.taken += 1;
          taking.emit('taken');
          socket.write('250 taken\r\n');
        } else if (/^RCPT/i.test(line)) {
          socket.write(state.refuses ? '550 no such mailbox here\r\n' : '250 ok\r\n');
        } else if (/^DATA/i.test(line)) {
          inside = true;
          socket.write('354 go on\r\n');
        } else {
          socket.write(/^QUIT/i.test(line) ? '221 bye\r\n' : '250 ok\r\n');
        }
      }
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  const untilTaken = async (/** @type {number} */ count) => {
    while (state.taken < count) await once(taking, 'taken');
  };
  return { state, untilTaken, url: `smtp://127.0.0.1:${port}`, stop: () => server.close() };
}

describe('the system', { timeout: 180_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof startMailServer>>} */
  let mail;
  before(async () => {
    mail = await startMailServer();
    // What the server is started with.
    process.env.PALABRE_MAIL_URL = mail.url;
    process.env.PALABRE_MAIL_FROM = 'palabre@example.org';
    server = await startServer();
    server.linkFor('claire@example.org', { name: 'Claire Martin' });
  });
  after(async () => {
    await server?.stop();
    mail?.stop();
  });

  for (const viewport of [
    { width: 1280, height: 900 },
    { width: 360, height: 740 },
  ]) {
    it(`shows a letter that was refused, tries it again and tells of it at ${viewport.width} px`, async () => {
      mail.state.refuses = true;
      const taken = mail.state.taken;
      const how = { next: '/settings/people', viewport };
      await inBrowserOf(server, 'claire@example.org', how, async (page) => {
        await page.getByRole('button', { name: 'Inviter une personne' }).click();
        const dialog = page.getByRole('dialog');
        const email = `nadia.${viewport.width}@example.org`;
        await dialog.getByRole('textbox', { name: 'Adresse électronique' }).fill(email);
        await dialog.getByRole('button', { name: 'Envoyer l’invitation' }).click();
        await page.getByRole('row', { name: email }).waitFor();

        await page.goto(`${server.url}/settings/system`);
        const letters = page.getByRole('region', { name: 'Courriels' });
        await letters.getByText('Les courriels ne partent pas').waitFor();
        await letters.getByText('1 courriel abandonné').waitFor();
        await letters.getByText('550').waitFor();
        const jobs = page.getByRole('region', { name: 'Tâches' });
        await jobs.getByText('Envoyer un courriel').waitFor();
        await page.getByRole('region', { name: 'Serveur' }).getByText('SQLite').waitFor();
        await page.getByText('Personne n’est en réunion.').waitFor();
        await assertAccessible(page, 'the system');

        mail.state.refuses = false;
        await jobs.getByRole('button', { name: 'Relancer' }).click();
        await jobs.getByText('Aucune tâche n’a été abandonnée.').waitFor();
        await letters.getByText('En ordre').waitFor();
        await mail.untilTaken(taken + 1);

        await page.goto(`${server.url}/settings/audit`);
        await page
          .getByRole('row', { name: /Claire Martin Tâche relancée Envoyer un courriel/ })
          .first()
          .waitFor();
        await page
          .getByRole('row', { name: /Claire Martin Personne invitée Nadia/ })
          .first()
          .waitFor();
        await page.getByText('Détails').last().click();
        await assertAccessible(page, 'the audit trail');
      });
    });
  }

  it('shows who is in which room', async () => {
    const address = await openRoom(server, 'atelier', { name: 'Atelier' });
    const browser = await openChromium();
    try {
      const guest = await browser.context.newPage();
      await guest.goto(`${server.url}/${address}`);
      await guest.getByRole('textbox', { name: 'Votre nom' }).fill('Zoé');
      await guest.getByRole('button', { name: 'Rejoindre', exact: true }).click();
      const page = await browser.context.newPage();
      await signIn(page, server, 'claire@example.org', { next: '/settings/system' });
      await page
        .getByRole('region', { name: 'Salles en cours' })
        .getByRole('row', { name: /^Atelier 1/ })
        .waitFor();
      await page.getByRole('link', { name: 'Atelier' }).waitFor();
    } finally {
      await browser.close();
    }
  });
});
