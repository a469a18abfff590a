// Run by networks.test.mjs in a network that holds the server, both browsers and nobody else.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromium } from '../lib/browser.mjs';
import { join, previewReady, seesAndHears } from '../lib/call.mjs';
import { joinInFirefox, openFirefox } from '../lib/firefox.mjs';
import { drop } from '../lib/network.mjs';
import { signIn } from '../lib/people.mjs';
import { openRoom, owner } from '../lib/rooms.mjs';
import { startServer } from '../lib/server.mjs';

describe('where UDP does not pass', { timeout: 200_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let chromium;
  /** @type {import('../lib/firefox.mjs').Firefox} */
  let firefox;
  before(async () => {
    drop(['meta l4proto udp']);
    server = await startServer();
    [chromium, firefox] = await Promise.all([openChromium(), openFirefox()]);
  });
  after(async () => {
    await firefox?.close();
    await chromium?.close();
    await server?.stop();
  });

  it('Chromium and Firefox see and hear each other by TCP', async () => {
    const room = await openRoom(server, 'tcp');
    const zoe = await chromium.context.newPage();
    await join(zoe, server.url, room, 'Zoé');
    const fox = await joinInFirefox(firefox, server.url, room, 'Renard');
    await seesAndHears(zoe, ['Renard'], { within: 40_000 });
    await seesAndHears(fox.page, ['Zoé'], { within: 40_000 });

    const figures = await fetch(`${server.url}/metrics`).then((answer) => answer.text());
    const open = [...figures.matchAll(/^palabre_media_tcp_connections\S* (\d+)/gm)];
    const connections = open.reduce((sum, [, count]) => sum + Number(count), 0);
    assert.ok(connections >= 2, `each on a connection of its own: ${connections}`);
    assert.deepEqual([...fox.errors, ...chromium.errors], []);

    // Whoever tests before a meeting learns it then.
    await zoe.goto(`${server.url}/test`);
    await zoe.locator('[data-check="network"][data-verdict="warning"]').getByText('bloque UDP').waitFor();
    await fox.page.goto(`${server.url}/test`);
    await fox.page.waitForSelector('[data-check="network"][data-verdict="warning"]');
    await Promise.all([zoe.close(), fox.page.close()]);
  });

  it('and neither does TCP, the page says so within ten seconds', async () => {
    drop([`tcp dport ${server.mediaPort}`]);
    const room = await openRoom(server, 'rien', { address: 'rien' });
    const zoe = await chromium.context.newPage();
    await zoe.goto(`${server.url}/${room}`);
    await zoe.getByRole('textbox', { name: 'Votre nom' }).fill('Zoé');
    await previewReady(zoe);
    const told = zoe.waitForResponse(`${server.url}/api/v1/failed-joins`);
    const asked = Date.now();
    await zoe.getByRole('button', { name: 'Rejoindre', exact: true }).click();
    await zoe.getByText('Le son et l’image ne passent pas').waitFor({ timeout: 20_000 });
    const seconds = (Date.now() - asked) / 1000;
    assert.ok(seconds <= 10, `it took ${seconds} s`);
    assert.equal((await told).status(), 202, 'whoever runs the server is told, too');
    await zoe.goto(`${server.url}/test`);
    await zoe.locator('[data-check="network"][data-verdict="bad"]').getByText('ne passent pas').waitFor();
  });

  it('and whoever runs the organisation reads why', async () => {
    const colleagues = await openChromium();
    try {
      const page = await colleagues.context.newPage();
      await signIn(page, server, owner, { next: '/settings/doctor' });
      await page.getByRole('row', { name: /Zoé rien Ni UDP ni TCP ne passent/ }).waitFor();
    } finally {
      await colleagues.close();
    }
  });
});
