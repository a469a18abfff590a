// WebKit shows the pages outside the call, and one gets about in them. Calls are not made in it: WebKitGTK has no
// WebRTC here, and Safari itself cannot be run.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { By, Key, until } from 'selenium-webdriver';
import { examine } from './lib/axe.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';
import { openWebKit } from './lib/webkit.mjs';

const PATIENCE = 10_000;

describe('WebKit', { timeout: 120_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openWebKit>>} */
  let browser;
  before(async () => {
    server = await startServer();
    // Home is there once an organisation is.
    await openRoom(server);
    browser = await openWebKit();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** @param {string} path @param {import('selenium-webdriver').Locator} there */
  async function open(path, there) {
    await browser.driver.get(`${server.url}${path}`);
    return browser.driver.wait(until.elementLocated(there), PATIENCE);
  }

  /** @param {string} where */
  async function assertAccessible(where) {
    const { serious, wider } = await examine((body) =>
      browser.driver.executeAsyncScript(`const done = arguments[0]; (async () => { ${body} })().then(done);`),
    );
    assert.deepEqual(serious, [], where);
    assert.ok(wider <= 0, `${where} does not scroll sideways (${wider} px)`);
  }

  it('shows home, and leads from a name to the door of the room', async () => {
    const field = await open('/', By.css('main input'));
    await assertAccessible('home');
    await field.sendKeys('Équipe produit', Key.ENTER);
    await browser.driver.wait(until.urlIs(`${server.url}/equipe-produit`), PATIENCE);
    await browser.driver.wait(until.elementLocated(By.css('main h1')), PATIENCE);
    await assertAccessible('the door');
  });

  it('says where there is nothing', async () => {
    const heading = await open('/nothing/here', By.css('main h1'));
    assert.notEqual((await heading.getText()).trim(), '');
    await assertAccessible('nowhere');
  });
});
