// Real Firefox and real Chromium in one room: each sees and hears the other, on either side of the door.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromiums } from './lib/browser.mjs';
import { askToJoin, join, receives, seesAndHears, tileOf } from './lib/call.mjs';
import { answer, inCall } from './lib/door.mjs';
import { askInFirefox, firefoxInCall, firefoxPage, openFirefox } from './lib/firefox.mjs';
import { signIn } from './lib/people.mjs';
import { openRoom, owner } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

describe('Firefox', { timeout: 240_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromiums>>} */
  let chromiums;
  /** @type {import('./lib/firefox.mjs').Firefox} */
  let firefox;
  before(async () => {
    server = await startServer();
    chromiums = await openChromiums();
    firefox = await openFirefox();
  });
  after(async () => {
    await firefox?.close();
    await chromiums?.close();
    await server?.stop();
  });

  const small = { viewport: { width: 900, height: 600 } };
  /** @type {string[]} */
  const errors = [];

  it('joins, publishes, and both browsers see and hear each other', async () => {
    const room = await openRoom(server, 'firefox');
    const zoe = await chromiums.somebody(small);
    await join(zoe, server.url, room, 'Zoé');

    const fox = await firefoxPage(firefox, errors);
    await askInFirefox(fox, server.url, room, 'Renard');
    await firefoxInCall(fox);

    await seesAndHears(zoe, ['Renard'], { within: 40_000 });
    await seesAndHears(fox, ['Zoé'], { within: 40_000 });

    // A picture switched off travels both ways.
    await fox.keyboard.down('Control');
    await fox.keyboard.press('e');
    await fox.keyboard.up('Control');
    await tileOf(zoe, 'Renard').locator('video').waitFor({ state: 'detached' });
    await zoe.keyboard.press('Control+e');
    await fox.waitForFunction(() => !document.querySelector('[role="group"][aria-label="Zoé"] video'), {
      polling: 100,
    });
    await fox.keyboard.down('Control');
    await fox.keyboard.press('e');
    await fox.keyboard.up('Control');
    await zoe.keyboard.press('Control+e');
    await seesAndHears(zoe, ['Renard'], { within: 40_000 });
    await seesAndHears(fox, ['Zoé'], { within: 40_000 });
    await receives(zoe, (tracks) => tracks.length >= 2);
    await Promise.all([zoe.context().close(), fox.browserContext().close()]);
  });

  it('knocks, is held and let in', async () => {
    const room = await openRoom(server, 'terrier', { access: 'knock' });
    const fox = await firefoxPage(firefox, errors);
    await askInFirefox(fox, server.url, room, 'Renard');
    await fox.waitForSelector('[data-stand="nobody"]');
    const host = await chromiums.somebody(small);
    await signIn(host, server, owner, { name: 'Claire' });
    await askToJoin(host, server.url, room, 'Claire');
    await inCall(host);
    await fox.waitForSelector('[data-stand="knocking"]');
    await answer(host, 'Renard', 'Faire patienter');
    await fox.waitForSelector('[data-stand="held"]');
    await answer(host, 'Renard', 'Faire entrer');
    await firefoxInCall(fox);
    await seesAndHears(host, ['Renard'], { within: 40_000 });
    await seesAndHears(fox, ['Claire'], { within: 40_000 });
    await Promise.all([host.context().close(), fox.browserContext().close()]);
  });

  it('hears who knocks, refuses one and lets the other in', async () => {
    const room = await openRoom(server, 'taniere', { access: 'knock' });
    const fox = await firefoxPage(firefox, errors);
    await fox.goto(server.linkFor(owner, { name: 'Claire' }));
    await fox.locator('::-p-text(Continuer)').click();
    await fox.waitForFunction(() => location.pathname === '/', { polling: 100 });
    await askInFirefox(fox, server.url, room, 'Claire');
    await firefoxInCall(fox);
    const [ben, zoe] = [await chromiums.somebody(small), await chromiums.somebody(small)];
    await askToJoin(ben, server.url, room, 'Ben');
    await fox.locator('[aria-label="Refuser Ben"]').click();
    await ben.locator('[data-refusal="sent_away"]').waitFor();
    await askToJoin(zoe, server.url, room, 'Zoé');
    await fox.locator('[aria-label="Faire entrer Zoé"]').click();
    await inCall(zoe);
    await seesAndHears(fox, ['Zoé'], { within: 40_000 });
    await seesAndHears(zoe, ['Claire'], { within: 40_000 });
    await Promise.all([ben, zoe].map((page) => page.context().close()));
    await fox.browserContext().close();
  });

  it('ends without an error in any page', () => {
    assert.deepEqual(errors, []);
    assert.deepEqual(chromiums.errors, []);
  });
});
