// What holds on every page outside the call, in both languages, on a desk and on a phone, in Chromium and in WebKit.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { By, until } from 'selenium-webdriver';
import { assertAccessible, examine } from './lib/axe.mjs';
import { openChromiums } from './lib/browser.mjs';
import { join } from './lib/call.mjs';
import { everyPage, furnish, newestMeeting } from './lib/everyPage.mjs';
import { signIn } from './lib/people.mjs';
import { owner } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';
import { openWebKit } from './lib/webkit.mjs';

/** A sentence that is not there shows as its name: a topic, and what of it. What tokens may touch is written alike. */
const topics = readdirSync(new URL('../../locales/fr', import.meta.url)).map((file) => file.slice(0, -5));
const unsaid = new RegExp(`\\b(${topics.join('|')}):(?!read\\b|write\\b)\\w`);

/** In the page: what is pressed and has fewer than 44 pixels of height; words in a sentence and hidden fields apart. */
const tooSmall = () =>
  [...document.querySelectorAll('button, a[role="button"], input, select, textarea, [role="menuitem"]')]
    .filter(
      (one) => !['checkbox', 'radio', 'file', 'hidden', 'color'].includes(/** @type {any} */ (one).type),
    )
    .filter(
      (one) => !one.classList.contains('text-link') && one.checkVisibility({ visibilityProperty: true }),
    )
    .map((one) => /** @type {const} */ ([one, one.getBoundingClientRect()]))
    .filter(([, { width, height }]) => width > 1 && height > 1 && height < 44)
    .map(([one, { height }]) => `${one.outerHTML.slice(0, 120)}: ${height} px`);

describe('every page', { timeout: 300_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromiums>>} */
  let chromiums;
  /** @type {import('./lib/everyPage.mjs').Furnished} */
  let house;
  before(async () => {
    server = await startServer();
    house = await furnish(server);
    chromiums = await openChromiums();
    // Somebody is in a call meanwhile: there is a meeting to show, and somebody to see.
    const claire = await chromiums.somebody({ viewport: { width: 640, height: 480 } });
    await signIn(claire, server, owner);
    await join(claire, server.url, 'equipe', 'Claire Martin');
    house.meeting = await newestMeeting(server);
    assert.ok(house.meeting, 'a meeting goes on');
  });
  after(async () => {
    await chromiums?.close();
    await server?.stop();
  });

  const looks = /** @type {const} */ ([
    { locale: 'fr-FR', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
    { locale: 'en-GB', colorScheme: 'dark', viewport: { width: 360, height: 740 }, touch: true },
  ]);
  for (const look of looks) {
    it(`is whole in ${look.locale}, ${look.colorScheme}, at ${look.viewport.width} px`, async () => {
      const guest = await chromiums.somebody(look);
      const member = await chromiums.somebody(look);
      await signIn(member, server, owner);
      const language = look.locale.slice(0, 2);
      /** @type {Set<string>} */
      const asked = new Set();
      for (const page of [guest, member]) {
        page.on('request', (request) => asked.add(new URL(request.url()).origin));
        page.on('websocket', (socket) => asked.add(new URL(socket.url().replace(/^ws/, 'http')).origin));
      }
      /** @type {string[]} */
      const small = [];
      for (const { name, path, guest: asGuest, shows } of everyPage) {
        const address = typeof path === 'string' ? path : path(house);
        assert.ok(address, name);
        const page = asGuest ? guest : member;
        await page.goto(server.url + address);
        await page.locator(shows).first().waitFor();
        assert.equal(await page.locator('html').getAttribute('lang'), language, name);
        assert.equal(await page.locator('h1').count(), 1, `${name} has one heading of the first rank`);
        const text = await page.locator('body').innerText();
        assert.doesNotMatch(text, unsaid, `${name} says every sentence`);
        await assertAccessible(page, name);
        if ('touch' in look) small.push(...(await page.evaluate(tooSmall)).map((one) => `${name}: ${one}`));
      }
      assert.deepEqual(small, [], 'fingers find everything');
      // Pictures that were drawn in the page have its origin, or none.
      assert.deepEqual(
        [...asked].filter((origin) => ![server.url, 'null'].includes(origin)),
        [],
      );
      await guest.context().close();
      await member.context().close();
    });
  }

  it('is shown by WebKit, too', async () => {
    const { driver, close } = await openWebKit();
    try {
      /** @param {import('./lib/everyPage.mjs').PageOf} one */
      const look = async ({ name, path, shows }) => {
        const address = typeof path === 'string' ? path : path(house);
        await driver.get(server.url + address);
        await driver.wait(until.elementLocated(By.css(shows)), 10_000, name);
        const { serious, wider } = await examine((body) =>
          driver.executeAsyncScript(`const done = arguments[0]; (async () => { ${body} })().then(done);`),
        );
        assert.deepEqual(serious, [], name);
        assert.ok(wider <= 0, `${name} does not scroll sideways (${wider} px)`);
      };
      for (const page of everyPage.filter(({ guest }) => guest)) await look(page);
      await driver.get(server.linkFor(owner));
      await driver.wait(until.elementLocated(By.css('main button[type="submit"], main button')), 10_000);
      await driver.findElement(By.css('main button')).click();
      await driver.wait(until.urlIs(`${server.url}/`), 10_000);
      for (const page of everyPage.filter(({ guest }) => !guest)) await look(page);
    } finally {
      await close();
    }
  });

  it('ends without an error', () => assert.deepEqual(chromiums.errors, []));
});
