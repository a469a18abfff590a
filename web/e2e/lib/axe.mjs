// What axe finds on a page, in any browser.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Judged when everything stands still: half faded in has no contrast yet. What moves for ever is not waited for. */
const look = `const ends = (one) => one.effect?.getComputedTiming().endTime !== Infinity;
return Promise.all(document.getAnimations().filter(ends).map((one) => one.finished.catch(() => {})))
  .then(() => axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }))
  .then(({ violations }) => ({
    serious: violations
      .filter((one) => ['serious', 'critical'].includes(one.impact))
      .map((one) => one.id + ': ' + one.nodes.map((node) => node.html.slice(0, 160)).join(' ; ')),
    wider: document.documentElement.scrollWidth - window.innerWidth,
  }))`;

/**
 * The serious findings, and by how many pixels the page is wider than its window.
 * @param {(body: string) => Promise<any>} evaluate runs the body of an asynchronous function in the page
 * @returns {Promise<{ serious: string[], wider: number }>}
 */
export function examine(evaluate) {
  return evaluate(`${source};\n${look}`);
}

/**
 * Nothing serious on a page of Chromium, and nothing that makes it scroll sideways.
 * @param {import('playwright-core').Page} page @param {string} where
 */
export async function assertAccessible(page, where) {
  const { serious, wider } = await examine((body) => page.evaluate(`(async () => { ${body} })()`));
  assert.deepEqual(serious, [], where);
  assert.ok(wider <= 0, `${where} does not scroll sideways (${wider} px)`);
}
