// Five hundred rooms: the list can be used a moment after it arrives, and answers while one types.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromium } from './lib/browser.mjs';
import { signIn } from './lib/people.mjs';
import { asOwner } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

const rooms = 500;

/** What the list may take on a machine of its own, in milliseconds; one of tests does other things besides. */
const wanted = 200;
const patience = 2;

/** Loads that are measured; the quickest counts, for nothing makes a browser quicker than it is. */
const loads = 3;

describe('five hundred rooms', { timeout: 180_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let browser;
  /** @type {import('playwright-core').Page} */
  let page;
  before(async () => {
    server = await startServer();
    for (let number = 1; number <= rooms; number++) {
      const numbered = String(number).padStart(3, '0');
      await asOwner(server, 'POST', '/rooms', { address: `salle-${numbered}`, name: `Salle ${numbered}` });
    }
    browser = await openChromium();
    page = await browser.context.newPage();
    await signIn(page, server, 'claire@example.org', { name: 'Claire Martin' });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** @param {string} what @param {number} milliseconds */
  function within(what, milliseconds) {
    console.log(`${what}: ${Math.round(milliseconds)} ms (wanted: ${wanted} ms)`);
    assert.ok(milliseconds <= wanted * patience, `${what} took ${Math.round(milliseconds)} ms`);
  }

  it('can be used soon after they arrive', async () => {
    // From the last byte of the list to the first rows on screen and the page listening; the other rows follow by and
    // by, and never keep it from listening for long.
    await page.addInitScript((count) => {
      let usable = false;
      const seen = new MutationObserver(() => {
        const drawn = document.querySelectorAll('[aria-labelledby=all-rooms] li').length;
        if (drawn > 0 && !usable) {
          usable = true;
          requestAnimationFrame(() => setTimeout(() => performance.mark('usable')));
        }
        if (drawn < count) return;
        seen.disconnect();
        requestAnimationFrame(() => setTimeout(() => performance.mark('complete')));
      });
      seen.observe(document, { childList: true, subtree: true });
      /** @type {PerformanceEntry[]} */
      const tasks = [];
      const heard = (/** @type {PerformanceObserverEntryList} */ list) => tasks.push(...list.getEntries());
      new PerformanceObserver(heard).observe({ type: 'longtask', buffered: true });
      Object.assign(globalThis, { tasks });
    }, rooms);
    const took = [];
    const deaf = [];
    for (let load = 0; load < loads; load++) {
      await page.goto(server.url);
      await page.waitForFunction(() => performance.getEntriesByName('complete').length > 0);
      const [usable, longest] = await page.evaluate(() => {
        const [list] = performance
          .getEntriesByType('resource')
          .filter((one) => new URL(one.name).pathname === '/api/v1/rooms');
        const [mark] = performance.getEntriesByName('usable');
        if (!list || !mark) throw new Error('the list was not asked for');
        const { responseEnd } = /** @type {PerformanceResourceTiming} */ (list);
        const { tasks } = /** @type {{ tasks: PerformanceEntry[] }} */ (/** @type {unknown} */ (globalThis));
        const later = tasks.filter((one) => one.startTime + one.duration > responseEnd);
        return [mark.startTime - responseEnd, Math.max(0, ...later.map((one) => one.duration))];
      });
      took.push(usable);
      deaf.push(longest);
    }
    within('from the list to a page one can use', Math.min(...took));
    within('the longest it does not listen', Math.min(...deaf));
  });

  it('are found while one types', async () => {
    const search = page.getByRole('searchbox', { name: 'Chercher une salle' });
    await search.fill('salle 50');
    await page.evaluate(() => {
      const list = document.querySelector('[aria-labelledby=all-rooms]');
      if (!list) throw new Error('there is no list');
      list.addEventListener('input', () => performance.mark('letter'), { capture: true, once: true });
      const seen = new MutationObserver(() => {
        if (list.querySelectorAll('li').length !== 1) return;
        seen.disconnect();
        requestAnimationFrame(() => setTimeout(() => performance.measure('found', 'letter')));
      });
      seen.observe(list, { childList: true, subtree: true });
    });
    await search.press('End');
    await search.pressSequentially('0');
    await page.waitForFunction(() => performance.getEntriesByName('found').length > 0);
    const took = await page.evaluate(() => performance.getEntriesByName('found')[0]?.duration ?? Infinity);
    within('from a letter to what it finds', took);
    assert.deepEqual(browser.errors, []);
  });
});
