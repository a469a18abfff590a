// What the page of a room costs on a slow machine with an empty cache; palabre-bench starts it with a task.
import { openChromium } from '../lib/browser.mjs';
import { openRoom } from '../lib/rooms.mjs';
import { openCold } from '../lib/weight.mjs';

/** @type {{ url: string, token: string, runs: number, slowdown: number }} */
const task = JSON.parse(process.argv[2] ?? '{"url":"","token":"","runs":0,"slowdown":4}');
const room = await openRoom({ url: task.url, tokenFor: () => task.token }, 'bench');
const browser = await openChromium();
try {
  const costs = [];
  for (let run = 0; run <= task.runs; run++) {
    costs.push(await openCold(browser.context, `${task.url}/${room}`, task));
  }
  const version = `Chromium ${browser.context.browser()?.version() ?? ''}`.trim();
  // The first page warms the browser itself up.
  const runs = costs.slice(1).map(({ bytes, painted, joinable }) => ({ bytes, painted, joinable }));
  console.log(JSON.stringify({ browser: version, runs }));
} finally {
  await browser.close();
}
