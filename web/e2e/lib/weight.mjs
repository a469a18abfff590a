// What a page costs whoever opens it for the first time: bytes on the wire and moments, until one can join.

/**
 * @typedef {object} Cost
 * @property {number} bytes what came over the wire before Join was possible, headers included, fonts as well
 * @property {string[]} fetched the addresses of it
 * @property {number} painted when something of ours was first seen, in milliseconds after the page was asked for
 * @property {number} joinable when Join could be pressed, likewise
 */

/** In the page: notes when Join can first be pressed. */
function watchForJoin() {
  const own = /** @type {any} */ (globalThis);
  const look = () => {
    if (own.__joinable || !document.querySelector('form button[type="submit"]:not(:disabled)')) return;
    own.__joinable = performance.now();
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
}

/** In the page: what it noted, once it was painted and could be joined. @returns {Promise<[number, number]>} */
function noted() {
  return new Promise((resolve) => {
    const look = () => {
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      const joinable = /** @type {any} */ (globalThis).__joinable;
      if (paint && joinable) resolve([paint.startTime, joinable]);
      else setTimeout(look, 20);
    };
    look();
  });
}

/**
 * Opens the door of a room with an empty cache.
 * @param {import('playwright-core').BrowserContext} context @param {string} address
 * @param {{ slowdown?: number }} [machine] how many times slower than it is the processor shall be
 * @returns {Promise<Cost>}
 */
export async function openCold(context, address, { slowdown = 1 } = {}) {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.clearBrowserCache');
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  /** @type {Map<string, { url: string, at: number, bytes: number }>} */
  const requests = new Map();
  let began = Infinity;
  devtools.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
    began = Math.min(began, timestamp);
    requests.set(requestId, { url: request.url, at: (timestamp - began) * 1000, bytes: 0 });
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const request = requests.get(requestId);
    if (request) request.bytes = encodedDataLength;
  });
  await page.addInitScript(watchForJoin);
  await page.goto(address);
  const [painted, joinable] = await page.evaluate(noted);
  // What was asked for by then counts, also what is still on its way.
  await page.waitForLoadState('networkidle');
  const before = [...requests.values()].filter((request) => request.at <= joinable);
  await page.close();
  return {
    bytes: before.reduce((sum, request) => sum + request.bytes, 0),
    fetched: before.map((request) => request.url),
    painted,
    joinable,
  };
}
