// Starts the system's own browsers with fake devices, each with a fresh profile.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const firefoxPath = process.env.FIREFOX ?? '/usr/bin/firefox-esr';

export const chromiumFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
  // Test pages run side by side: none of them is to be slowed down for standing behind another.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** A voice for the fake microphone: two seconds of syllables, one of silence. */
function voice() {
  const rate = 16_000;
  const samples = new Int16Array(rate * 3);
  for (let i = 0; i < rate * 2; i++) {
    const t = i / rate;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * 4 * t)) ** 0.5;
    let sum = 0;
    for (let harmonic = 1; harmonic <= 12; harmonic++) {
      sum += Math.sin(2 * Math.PI * harmonic * (140 + 30 * Math.sin(2 * Math.PI * 0.7 * t)) * t) / harmonic;
    }
    samples[i] = Math.round(9000 * syllable * sum);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}

/** Opens what tests read of a call (src/call/inspection.ts) and keeps the language steady. */
const initScript = (/** @type {Record<string, string>} */ storage) => {
  // Blank pages have no storage to write to.
  if (location.origin === 'null') return;
  for (const [key, value] of Object.entries(storage)) {
    if (localStorage.getItem(key) === null) localStorage.setItem(key, value);
  }
};

/** Has cameras give pictures of 640 × 360: a machine of tests encodes those of several people at once, in layers. */
const smallCameras = () => {
  const media = navigator.mediaDevices;
  if (!media) return;
  const real = media.getUserMedia.bind(media);
  media.getUserMedia = (wanted) => {
    const video = wanted?.video;
    if (!video) return real(wanted);
    const asked = typeof video === 'object' ? video : {};
    return real({ ...wanted, video: { ...asked, width: { ideal: 640 }, height: { ideal: 360 } } });
  };
};

/**
 * @typedef {{ locale?: string, viewport?: { width: number, height: number }, colorScheme?: 'light' | 'dark',
 *   reducedMotion?: 'reduce', touch?: boolean, deviceScaleFactor?: number, storage?: Record<string, string>,
 *   largeCameras?: boolean }} Window how the windows of somebody's browser are
 * @typedef {{ flags?: string[], without?: string[] }} Flags
 */

/** @param {string} profile @param {Flags} options */
function launching(profile, { flags = [], without = [] }) {
  const microphone = join(profile, 'voice.wav');
  writeFileSync(microphone, voice());
  const left = new Set(without);
  return {
    executablePath: chromiumPath,
    headless: true,
    args: [
      ...chromiumFlags.filter((flag) => !left.has(flag)),
      `--use-file-for-fake-audio-capture=${microphone}`,
      ...flags,
    ],
  };
}

/** @param {Window} options */
function looking(options) {
  return {
    locale: options.locale ?? 'fr-FR',
    viewport: options.viewport ?? { width: 1280, height: 800 },
    colorScheme: options.colorScheme ?? 'light',
    reducedMotion: options.reducedMotion,
    hasTouch: options.touch ?? false,
    deviceScaleFactor: options.deviceScaleFactor,
    timezoneId: 'Europe/Paris',
  };
}

/**
 * Errors no page of the context may have are added to the list; a test reads it at its end.
 * @param {import('playwright-core').BrowserContext} context @param {Window} options @param {string[]} errors
 */
async function prepare(context, options, errors) {
  context.setDefaultTimeout(20_000);
  await context.addInitScript(initScript, { 'palabre:debug': '1', ...options.storage });
  if (!options.largeCameras) await context.addInitScript(smallCameras);
  context.on('weberror', (error) => errors.push(String(error.error())));
  context.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) errors.push(message.text());
  });
}

/** One person's browser: all its pages have the same cookies. @param {Window & Flags} [options] */
export async function openChromium(options = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'palabre-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...launching(profile, options),
    ...looking(options),
  });
  /** @type {string[]} */
  const errors = [];
  await prepare(context, options, errors);
  return {
    context,
    errors,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The browsers of several people, each with cookies of their own. @param {Flags} [options] */
export async function openChromiums(options = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'palabre-chromiums-'));
  const browser = await chromium.launch(launching(profile, options));
  /** @type {string[]} */
  const errors = [];
  return {
    errors,
    /** A page in the browser of somebody who was never here. @param {Window} [look] */
    somebody: async (look = {}) => {
      const context = await browser.newContext(looking(look));
      await prepare(context, look, errors);
      return context.newPage();
    },
    close: async () => {
      await browser.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
