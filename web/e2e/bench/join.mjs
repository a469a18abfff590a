// How long Chromium takes from connect() to the first remote picture and sound; palabre-bench starts it with a task.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { openChromium } from '../lib/browser.mjs';

/** @typedef {{ connected: number, sound: number, picture: number }} Times */

const page =
  '<!doctype html><meta charset="utf-8"><title>bench</title><script src="/livekit-client.js"></script>';
const library = readFileSync(createRequire(import.meta.url).resolve('livekit-client'));

/** Serves a blank page with the client library: what is measured is joining, not loading an application. */
function serve() {
  const server = http.createServer((request, response) => {
    const isLibrary = request.url === '/livekit-client.js';
    response.setHeader(
      'content-type',
      isLibrary ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8',
    );
    response.end(isLibrary ? library : page);
  });
  return new Promise((/** @type {(server: http.Server) => void} */ resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** In the page: makes a room and the tracks of the fake devices, before any clock runs. */
async function prepare() {
  const { Room, createLocalTracks } = /** @type {any} */ (globalThis).LivekitClient;
  const own = /** @type {any} */ (globalThis);
  own.room = new Room({
    adaptiveStream: true,
    dynacast: true,
    publishDefaults: { simulcast: true, dtx: true },
  });
  own.tracks = await createLocalTracks({ audio: true, video: { resolution: { width: 1280, height: 720 } } });
}

/** In the page: connects and publishes. @param {[string, string]} argument */
async function publish([url, token]) {
  const { room, tracks } = /** @type {any} */ (globalThis);
  await room.connect(url, token);
  await Promise.all(tracks.map((/** @type {any} */ track) => room.localParticipant.publishTrack(track)));
}

/**
 * In the page: connects, publishes like anybody, and notes when the other is first seen and heard.
 * @param {[string, string]} argument @returns {Promise<Times>}
 */
async function measure([url, token]) {
  const { room, tracks } = /** @type {any} */ (globalThis);
  /** @type {Times} */
  const times = { connected: 0, sound: 0, picture: 0 };
  const began = performance.now();
  const note = (/** @type {keyof Times} */ what) => (times[what] ||= performance.now() - began);
  /** @type {any[]} */
  const watched = [];
  room.on('trackSubscribed', (/** @type {any} */ track) => {
    watched.push(track);
    const element = track.attach();
    document.body.append(element);
    if (track.kind === 'video') element.requestVideoFrameCallback(() => note('picture'));
  });
  await room.connect(url, token);
  note('connected');
  const published = tracks.map((/** @type {any} */ track) => room.localParticipant.publishTrack(track));
  while (!(times.picture && times.sound) && performance.now() - began < 8000) {
    for (const track of watched) {
      for (const report of (await track.receiver?.getStats())?.values() ?? []) {
        if (report.type !== 'inbound-rtp') continue;
        if (report.kind === 'video' && report.framesDecoded > 0) note('picture');
        if (report.kind === 'audio' && report.jitterBufferEmittedCount > 0) note('sound');
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all(published);
  return times;
}

/** In the page: leaves and forgets. */
async function leave() {
  const { room, tracks } = /** @type {any} */ (globalThis);
  await room.disconnect();
  tracks.forEach((/** @type {any} */ track) => track.stop());
  document.body.replaceChildren();
}

/** @type {{ url: string, runs: [string, string][] }} */
const task = JSON.parse(process.argv[2] ?? '{"url":"","runs":[]}');
const server = await serve();
const browser = await openChromium({ largeCameras: true });
try {
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const open = async () => {
    const opened = await browser.context.newPage();
    await opened.goto(`http://127.0.0.1:${address.port}/`);
    return opened;
  };
  const [first, second] = [await open(), await open()];
  /** @type {Times[]} */
  const runs = [];
  for (const [one, other] of task.runs) {
    await Promise.all([first.evaluate(prepare), second.evaluate(prepare)]);
    await first.evaluate(publish, /** @type {[string, string]} */ ([task.url, one]));
    // The first picture must not wait for the other's encoder to start.
    await first.waitForTimeout(700);
    runs.push(await second.evaluate(measure, /** @type {[string, string]} */ ([task.url, other])));
    await Promise.all([first.evaluate(leave), second.evaluate(leave)]);
  }
  // The first join warms the browser up; one without a picture is a failure and says so.
  const counted = runs.slice(1);
  const blind = counted.filter((times) => !times.picture).length;
  if (blind > 0) throw new Error(`${blind} of ${counted.length} joins saw no picture within 8 s`);
  const version = `Chromium ${browser.context.browser()?.version() ?? ''}`.trim();
  console.log(JSON.stringify({ browser: version, runs: counted }));
} finally {
  await browser.close();
  server.close();
}
