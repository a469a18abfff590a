// Whoever is stopped reads whom to ask: where a device fails, at a door, when the door says no, and where something fails.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible } from './lib/axe.mjs';
import { openChromium } from './lib/browser.mjs';
import { askToJoin } from './lib/call.mjs';
import { standsAt } from './lib/door.mjs';
import { asOwner, openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

const contact = 'aide@exemple.fr';

describe('the help contact of the organisation', { timeout: 120_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let browser;
  /** @type {import('playwright-core').Page} */
  let page;
  before(async () => {
    server = await startServer();
    await asOwner(server, 'PATCH', '/organisation', { help_contact: contact });
    browser = await openChromium({ viewport: { width: 390, height: 844 } });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });
  /** @param {import('playwright-core').Locator} place */
  const names = async (place) => {
    const link = place.getByRole('link', { name: contact });
    await link.waitFor();
    assert.equal(await link.getAttribute('href'), `mailto:${contact}`);
    assert.equal(await page.getByRole('link', { name: contact }).count(), 1, 'it is said once');
  };

  it('stands where a device fails', async () => {
    page = await browser.context.newPage();
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException('Could not start video source', 'NotReadableError'));
    });
    await page.goto(`${server.url}/${await openRoom(server)}`);
    await names(page.locator('[data-failure]'));
    await page.close();
  });

  it('stands where one waits', async () => {
    page = await browser.context.newPage();
    await askToJoin(page, server.url, await openRoom(server, 'sas', { access: 'knock' }), 'Zoé');
    await standsAt(page, 'nobody');
    await names(page.locator('[data-stand]'));
    await assertAccessible(page, 'the lobby with whom to ask');
  });

  it('stands where the door says no', async () => {
    await askToJoin(page, server.url, await openRoom(server, 'nous', { access: 'members' }), 'Zoé');
    await names(page.locator('[data-refusal="members_only"]'));
    await assertAccessible(page, 'a refusal with whom to ask');
  });

  it('stands where no room is, and where the server does not answer', async () => {
    await page.goto(`${server.url}/nulle-part`);
    await page.getByText('Les salles sont créées ici par les membres').waitFor();
    await names(page.getByRole('main'));
    await page.route('**/api/v1/rooms/*/join', (route) => route.abort());
    await askToJoin(page, server.url, await openRoom(server), 'Zoé');
    await names(page.getByRole('main').getByRole('alert'));
    await assertAccessible(page, 'an error at the door with whom to ask');
  });
});
