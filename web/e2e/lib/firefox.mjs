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

/**
 * Opens the room in a new page, says a name and joins; `errors` are those no page may have.
 * @param {Firefox} firefox @param {string} url @param {string} room @param {string} name
 */
export async function joinInFirefox(firefox, url, room, name) {
  const page = await firefox.newPage();
  /** @type {string[]} */
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.evaluateOnNewDocument(() => {
    // The empty page before the first navigation has no storage, whatever origin it names.
    if (location.protocol === 'http:') localStorage.setItem('palabre:debug', '1');
  });
  await page.goto(`${url}/${room}`);
  await page.waitForSelector('form input');
  await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0, { polling: 100 });
  await page.type('form input', name);
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role="toolbar"]', { timeout: 30_000 });
  return { page, errors };
}
