// What people do in a call, and what a page really receives; works for Playwright and Puppeteer pages alike.

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('../../src/call/inspection').ReceivedTrack} ReceivedTrack */

/**
 * Opens the room, says a name and asks to join; whatever comes of it.
 * @param {Page} page @param {string} url @param {string} room @param {string} name
 */
export async function askToJoin(page, url, room, name) {
  await page.goto(`${url}/${room}`);
  const field = page.getByRole('textbox', { name: /Votre nom|Your name/ });
  // The name of an account may arrive amid the letters: whoever sees that types theirs again.
  do await field.fill(name);
  while ((await field.inputValue()) !== name);
  await previewReady(page);
  await page.getByRole('button', { name: /^(Rejoindre|Join)$/ }).click();
}

/**
 * Opens the room, says a name and joins.
 * @param {Page} page @param {string} url @param {string} room @param {string} name
 */
export async function join(page, url, room, name) {
  await askToJoin(page, url, room, name);
  await page.getByRole('toolbar').waitFor({ timeout: 20_000 });
  return page;
}

/** The preview shows a moving picture. @param {Page} page */
export async function previewReady(page) {
  await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0, undefined, {
    timeout: 15_000,
    polling: 100,
  });
}

/**
 * What this page receives now, read from WebRTC's own counters.
 * @param {{ evaluate: (run: () => any) => Promise<any> }} page @returns {Promise<ReceivedTrack[]>}
 */
export function received(page) {
  return page.evaluate(() => /** @type {any} */ (globalThis)[Symbol.for('palabre.call')].received());
}

/**
 * Waits until the page decodes new frames and hears new sound from everyone named.
 * @param {{ evaluate: (run: any, argument?: any) => Promise<any> }} page @param {string[]} names
 * @param {{ sound?: boolean, picture?: boolean, within?: number }} [what]
 */
export async function seesAndHears(page, names, what = {}) {
  const { sound = true, picture = true, within = 25_000 } = what;
  const missing = await page.evaluate(
    async (/** @type {[string[], boolean, boolean, number]} */ [expected, wantSound, wantPicture, limit]) => {
      const call = /** @type {any} */ (globalThis)[Symbol.for('palabre.call')];
      /** @type {Map<string, ReceivedTrack>} */
      const first = new Map();
      const until = Date.now() + limit;
      const open = new Set(
        expected.flatMap((/** @type {string} */ name) => [
          ...(wantPicture ? [`camera ${name}`] : []),
          ...(wantSound ? [`microphone ${name}`] : []),
        ]),
      );
      while (open.size > 0 && Date.now() < until) {
        for (const track of await call.received()) {
          const key = `${track.source} ${track.from}`;
          const before = first.get(key);
          if (!before) first.set(key, track);
          else if (track.source === 'camera' && track.framesDecoded >= before.framesDecoded + 5)
            open.delete(key);
          else if (track.source === 'microphone' && track.energy > before.energy) open.delete(key);
          // A new subscription counts from zero again.
          if (before && track.packets < before.packets) first.set(key, track);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return [...open];
    },
    [names, sound, picture, within],
  );
  if (missing.length > 0) {
    throw new Error(
      `not received: ${missing.join(', ')}\n${JSON.stringify(await received(/** @type {any} */ (page)), null, 1)}`,
    );
  }
}

/**
 * Waits until what is received satisfies the condition.
 * @param {Page} page @param {(tracks: ReceivedTrack[], argument: any) => boolean} condition
 * @param {any} [argument] @param {number} [within]
 */
export async function receives(page, condition, argument, within = 25_000) {
  try {
    await page.waitForFunction(
      async ([text, value]) => {
        const call = /** @type {any} */ (globalThis)[Symbol.for('palabre.call')];
        // The page's policy forbids eval, so conditions are named, not sent as text.
        return call && window.__conditions?.[text]?.(await call.received(), value);
      },
      [await define(page, condition), argument],
      { timeout: within, polling: 200 },
    );
  } catch (error) {
    throw new Error(`${error}\n${JSON.stringify(await received(page), null, 1)}`, { cause: error });
  }
}

let conditions = 0;
/** Playwright evaluates functions through the debugger, which the page's policy does not concern. */
async function define(/** @type {Page} */ page, /** @type {Function} */ condition) {
  const name = `c${++conditions}`;
  await page.evaluate(`(window.__conditions ??= {})[${JSON.stringify(name)}] = ${condition.toString()}`);
  return name;
}

/** @param {Page} page @param {string} name */
export function tileOf(page, name) {
  return page.getByRole('group', { name, exact: true });
}
