// What breaks heals by itself: the signalling socket, a server that is away for a moment, the media path.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromium } from './lib/browser.mjs';
import { join, seesAndHears, tileOf } from './lib/call.mjs';
import { relayUdp, throughMediaRelay, throughRelay } from './lib/relays.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

describe('a connection', { timeout: 300_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let browser;
  before(async () => {
    server = await startServer();
    browser = await openChromium({ viewport: { width: 900, height: 600 } });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('whose signalling socket is cut resumes, with the call going on', async () => {
    const room = await openRoom(server, 'coupure');
    const [zoe, samir] = [await browser.context.newPage(), await browser.context.newPage()];
    const relay = await throughRelay(zoe, server.url);
    await join(samir, server.url, room, 'Samir');
    await join(zoe, relay.url, room, 'Zoé');
    await seesAndHears(zoe, ['Samir']);
    const before = relay.signalling().connections();
    relay.signalling().cut(true);
    await zoe.getByText('La connexion s’est interrompue').waitFor({ timeout: 15_000 });
    relay.signalling().accept();
    await zoe.getByText('Connexion rétablie').waitFor({ timeout: 30_000 });
    assert.ok(relay.signalling().connections() > before, 'a new socket was opened');
    await seesAndHears(zoe, ['Samir']);
    await seesAndHears(samir, ['Zoé']);
    // Signalling itself works again, both ways: what happens now is known to the other.
    await zoe.getByRole('button', { name: 'Micro activé' }).click();
    await tileOf(samir, 'Zoé').getByText('Micro coupé').waitFor({ state: 'attached' });
    await samir.getByRole('button', { name: 'Caméra activée' }).click();
    await tileOf(zoe, 'Samir').locator('video').waitFor({ state: 'detached' });
    await Promise.all([zoe.close(), samir.close()]);
    relay.close();
  });

  it('whose UDP path dies recovers over another', async () => {
    const room = await openRoom(server, 'chemin');
    const [zoe, samir] = [await browser.context.newPage(), await browser.context.newPage()];
    await throughMediaRelay(zoe);
    const first = await relayUdp('127.0.0.1', server.mediaPort);
    await zoe.addInitScript((port) => (window.__mediaPort = port), first.port);
    await join(samir, server.url, room, 'Samir');
    await join(zoe, server.url, room, 'Zoé');
    await seesAndHears(zoe, ['Samir']);
    assert.ok(first.packets() > 0, 'media passes through the relay');
    const second = await relayUdp('127.0.0.1', server.mediaPort);
    first.cut();
    await zoe.getByText('La connexion s’est interrompue').waitFor({ timeout: 60_000 });
    // Only now: a description exchanged earlier would have shown the browser the way around.
    await zoe.evaluate((port) => (window.__mediaPort = port), second.port);
    await zoe.getByText('Connexion rétablie').waitFor({ timeout: 60_000 });
    await seesAndHears(zoe, ['Samir']);
    await seesAndHears(samir, ['Zoé']);
    assert.ok(second.packets() > 0, 'media passes through the second relay');
    await Promise.all([zoe.close(), samir.close()]);
    first.close();
    second.close();
  });

  it('that does not come back can be left all the same', async () => {
    const room = await openRoom(server, 'seule');
    const zoe = await browser.context.newPage();
    const relay = await throughRelay(zoe, server.url);
    await join(zoe, relay.url, room, 'Zoé');
    await zoe.getByRole('heading', { name: 'Vous êtes la première personne ici' }).waitFor();
    relay.signalling().cut(true);
    await zoe.getByText('La connexion s’est interrompue').waitFor();
    await zoe.getByRole('button', { name: 'Quitter' }).click();
    await zoe.getByRole('heading', { name: 'Vous avez quitté la salle' }).waitFor();
    await zoe.close();
    relay.close();
  });
});
