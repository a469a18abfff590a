// What people do at a door, and what hosts do there.
import { askToJoin } from './call.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Waits until the lobby says this. @param {Page} page @param {string} stand */
export function standsAt(page, stand) {
  return page.locator(`[data-stand="${stand}"]`).waitFor();
}

/** The card of somebody who knocks, as a host sees it. @param {Page} host @param {string} name */
export function cardOf(host, name) {
  return host.locator('[data-knock]').filter({ has: host.getByText(name, { exact: true }) });
}

/** @param {Page} host @param {string} name @param {'Faire entrer' | 'Faire patienter' | 'Refuser'} word */
export function answer(host, name, word) {
  return cardOf(host, name).getByText(word, { exact: true }).click();
}

/** @param {Page} page */
export function inCall(page) {
  return page.getByRole('toolbar').waitFor();
}

/** Opens the list of people, wherever it is opened from. @param {Page} page @param {boolean} [phone] */
export async function openPeople(page, phone = false) {
  if (phone) {
    await page.getByRole('button', { name: 'Plus', exact: true }).click();
    await page.getByRole('button', { name: /^\d+ personnes?$/ }).click();
  } else {
    await page.getByRole('button', { name: /^\d+ personnes?$/ }).click();
  }
}

/** Chooses something to do to somebody in the list of people. @param {Page} host @param {string} name @param {string} word */
export async function actOn(host, name, word) {
  await host.getByRole('button', { name: `Actions sur ${name}` }).click();
  await host.getByRole('menuitem', { name: word }).click();
}

/**
 * Counts the knocks this page makes heard, from now on and on its later pages.
 * @param {Page} page
 */
export async function countSounds(page) {
  let sounds = 0;
  await page.exposeFunction('__sounded', () => sounds++);
  const count = () => {
    const real = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () {
      /** @type {any} */ (window).__sounded();
      return real.call(this);
    };
  };
  await page.addInitScript(count);
  await page.evaluate(count);
  return {
    /** A knock is two strikes of two tones. @param {number} knocks */
    async atLeast(knocks) {
      const until = Date.now() + 10_000;
      while (sounds < knocks * 4) {
        if (Date.now() > until) throw new Error(`heard ${sounds} tones, not ${knocks} knocks`);
        await page.waitForTimeout(50);
      }
    },
  };
}

/** @typedef {{ ring: number, picture: number }} Delays from knock to ring, from the word to the first picture, in ms */

/** Notes when a host in the call sees each card, and when they click. @param {Page} host */
export function watchDoorOf(host) {
  return host.evaluate(() => {
    const own = /** @type {any} */ (window);
    own.__rang = new Map();
    new MutationObserver(() => {
      for (const card of document.querySelectorAll('[data-knock]')) {
        const id = card.getAttribute('data-knock');
        if (!own.__rang.has(id)) own.__rang.set(id, Date.now());
      }
    }).observe(document.body, { childList: true, subtree: true });
    document.addEventListener('click', () => (own.__clicked = Date.now()), true);
  });
}

/**
 * Has a guest knock and a host let them in, both in browsers of this machine, which share one clock.
 * @param {Page} guest @param {Page} host see watchDoorOf @param {string} url @param {string} room @param {string} name
 * @returns {Promise<Delays>}
 */
export async function timeKnock(guest, host, url, room, name) {
  await guest.addInitScript(() => {
    const own = /** @type {any} */ (window);
    document.addEventListener('submit', () => (own.__knocked = Date.now()), true);
    const watch = async () => {
      const tracks = (await own[Symbol.for('palabre.call')]?.received()) ?? [];
      const seen = tracks.some(
        (/** @type {any} */ track) => track.source === 'camera' && track.framesDecoded > 0,
      );
      if (seen) own.__saw = Date.now();
      else setTimeout(watch, 10);
    };
    void watch();
  });
  await askToJoin(guest, url, room, name);
  const card = cardOf(host, name);
  const id = await card.getAttribute('data-knock');
  await answer(host, name, 'Faire entrer');
  await guest.waitForFunction(() => /** @type {any} */ (window).__saw, undefined, { polling: 50 });
  const [knocked, saw] = await guest.evaluate(() => {
    const own = /** @type {any} */ (window);
    return [own.__knocked, own.__saw];
  });
  const [rang, clicked] = await host.evaluate((which) => {
    const own = /** @type {any} */ (window);
    return [own.__rang.get(which), own.__clicked];
  }, id);
  return { ring: rang - knocked, picture: saw - clicked };
}
