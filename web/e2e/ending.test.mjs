// However a call ends, its page says why; and sound that the browser holds back can be let go.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { join, previewReady, seesAndHears, tileOf } from './lib/call.mjs';
import { roomService, token } from './lib/operator.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

describe('the end of a call', { timeout: 180_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {import('./lib/server.mjs').ApiKey} */
  let api;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let browser;
  before(async () => {
    server = await startServer();
    api = await server.apiKey();
    browser = await openChromium({ viewport: { width: 900, height: 600 } });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('says that one was removed', async () => {
    const room = await openRoom(server, 'sortie');
    const page = await browser.context.newPage();
    await join(page, server.url, room, 'Zoé');
    const { participants } = await roomService(api, 'ListParticipants', { room });
    assert.equal(participants.length, 1);
    await roomService(api, 'RemoveParticipant', { room, identity: participants[0].identity });
    await page.getByRole('heading', { name: 'On vous a fait sortir de la salle' }).waitFor();
    await assertAccessible(page, 'removed');
    await page.close();
  });

  it('says that the meeting was ended for everyone', async () => {
    const room = await openRoom(server, 'fin');
    const pages = [await browser.context.newPage(), await browser.context.newPage()];
    for (const [i, page] of pages.entries()) await join(page, server.url, room, `Personne ${i}`);
    await roomService(api, 'DeleteRoom', { room });
    for (const page of pages) await page.getByRole('heading', { name: 'La réunion est terminée' }).waitFor();
    if (pages[0]) await assertAccessible(pages[0], 'ended for everyone');
    await Promise.all(pages.map((page) => page.close()));
  });

  it('says that the same person joined from elsewhere', async () => {
    const room = await openRoom(server, 'double');
    const same = token(
      api,
      { roomJoin: true, room, canPublish: true, canSubscribe: true },
      { identity: 'z', name: 'Zoé' },
    );
    const pages = [await browser.context.newPage(), await browser.context.newPage()];
    for (const page of pages) {
      await page.route('**/api/v1/rooms/*/join', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, json: { ...(await answer.json()), token: same } });
      });
      await join(page, server.url, room, 'Zoé');
    }
    await pages[0]?.getByRole('heading', { name: 'Vous avez rejoint depuis un autre endroit' }).waitFor();
    assert.equal(await pages[1]?.getByRole('toolbar').count(), 1);
    if (pages[0]) await assertAccessible(pages[0], 'joined from elsewhere');
    await Promise.all(pages.map((page) => page.close()));
  });

  it('comes when one goes back to the page one came from', async () => {
    const room = await openRoom(server, 'retour');
    const [zoe, samir] = [await browser.context.newPage(), await browser.context.newPage()];
    await join(samir, server.url, room, 'Samir');
    await zoe.goto(server.url);
    await zoe.getByRole('textbox', { name: 'Nom de la salle' }).fill(room);
    await zoe.keyboard.press('Enter');
    await zoe.getByRole('textbox', { name: 'Votre nom' }).fill('Zoé');
    await previewReady(zoe);
    await zoe.getByRole('button', { name: 'Rejoindre', exact: true }).click();
    await tileOf(samir, 'Zoé').waitFor();
    await zoe.goBack();
    await zoe.getByRole('textbox', { name: 'Nom de la salle' }).waitFor();
    await tileOf(samir, 'Zoé').waitFor({ state: 'detached' });
    await Promise.all([zoe.close(), samir.close()]);
  });

  it('is not the end when the browser only holds back the sound', async () => {
    const room = await openRoom(server, 'son');
    const page = await browser.context.newPage();
    await page.addInitScript(() => {
      const play = HTMLMediaElement.prototype.play;
      let gesture = false;
      document.addEventListener(
        'click',
        (event) => {
          if (event.target instanceof Element && event.target.closest('[role="alert"]')) gesture = true;
        },
        true,
      );
      HTMLMediaElement.prototype.play = function () {
        if (this instanceof HTMLAudioElement && !gesture) {
          return Promise.reject(new DOMException('a gesture is needed', 'NotAllowedError'));
        }
        return play.call(this);
      };
    });
    await join(page, server.url, room, 'Zoé');
    const other = await browser.context.newPage();
    await join(other, server.url, room, 'Samir');
    await page.getByRole('button', { name: 'Activer le son' }).click();
    await page.getByRole('button', { name: 'Activer le son' }).waitFor({ state: 'detached' });
    await seesAndHears(page, ['Samir']);
    await page.waitForFunction(
      () => [...document.querySelectorAll('audio')].every((one) => !one.paused),
      undefined,
      {
        polling: 100,
      },
    );
    await Promise.all([page.close(), other.close()]);
    assert.deepEqual(browser.errors, []);
  });
});
