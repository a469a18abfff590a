// Starts the system's own Firefox with fake devices, and brings a page of it into a room.
import puppeteer from 'puppeteer-core';
import { firefoxPath } from './browser.mjs';

/** @typedef {import('puppeteer-core').Browser} Firefox */

/** @returns {Promise<Firefox>} */
export function openFirefox() {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: firefoxPath,
    headless: true,
    extraPrefsFirefox: {
      'intl.accept_languages': 'fr-FR, fr',
      'intl.locale.requested': 'fr',
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      'media.autoplay.default': 0,
    },
  });
}

/** @typedef {import('puppeteer-core').Page} Page */

/** What a screen reader knows by this role and name. @param {string} role @param {string} name */
export const named = (role, name) => `::-p-aria([role="${role}"][name="${name}"])`;

/**
 * A page in the browser of somebody who was never here; errors no page may have are added to the list.
 * @param {Firefox} firefox @param {string[]} errors
 */
export async function firefoxPage(firefox, errors) {
  const context = await firefox.createBrowserContext();
  const page = await context.newPage();
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.evaluateOnNewDocument(() => {
    // The empty page before the first navigation has no storage, whatever origin it names.
    if (location.protocol === 'http:') localStorage.setItem('palabre:debug', '1');
  });
  return page;
}

/**
 * Opens the room, says a name and asks to join; whatever comes of it.
 * @param {Page} page @param {string} url @param {string} room @param {string} name
 */
export async function askInFirefox(page, url, room, name) {
  await page.goto(`${url}/${room}`);
  const field = page.locator('form input');
  await field.wait();
  await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0, { polling: 100 });
  await field.fill(name);
  // A field that holds the name already is not touched by filling it.
  await page.focus('form input');
  await page.keyboard.press('Enter');
}

/** @param {Page} page */
export function firefoxInCall(page) {
  return page.waitForSelector('[role="toolbar"]', { timeout: 30_000 });
}

/**
 * Opens the room in a new page, says a name and joins; `errors` are those no page may have.
 * @param {Firefox} firefox @param {string} url @param {string} room @param {string} name
 */
export async function joinInFirefox(firefox, url, room, name) {
  /** @type {string[]} */
  const errors = [];
  const page = await firefoxPage(firefox, errors);
  await askInFirefox(page, url, room, name);
  await firefoxInCall(page);
  return { page, errors };
}
