// Work that can wait until the page has nothing better to do.

/** The reader asked the browser to be sparing with data (only Chromium tells). */
export const savesData =
  (globalThis.navigator as { connection?: { saveData?: boolean } } | undefined)?.connection?.saveData ??
  false;

/** Where the browser does not say when it is idle, as Safari: this long after the question, in milliseconds. */
const GUESS = 300;

/** Runs it once the page is idle; the answer calls it off. */
export function whenIdle(run: () => void): () => void {
  if (typeof requestIdleCallback === 'function') {
    const waiting = requestIdleCallback(run);
    return () => cancelIdleCallback(waiting);
  }
  const waiting = setTimeout(run, GUESS);
  return () => clearTimeout(waiting);
}
