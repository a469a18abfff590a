// Gets people signed in, as the command line lets them in.
import assert from 'node:assert/strict';
import { openChromium } from './browser.mjs';

/**
 * Signs a browser in as somebody, who is added when nobody has the address; ends on the page `next`.
 * @param {import('playwright-core').Page} page @param {{ linkFor: (email: string, who?: any) => string }} server
 * @param {string} email @param {import('./server.mjs').Somebody & { next?: string }} [who]
 */
export async function signIn(page, server, email, { next = '/', ...who } = {}) {
  const link = new URL(server.linkFor(email, who));
  link.searchParams.set('next', next);
  await page.goto(link.href);
  await page.getByRole('button', { name: /^(Continuer|Continue)$/ }).click();
  await page.waitForURL((url) => url.pathname + url.search === next);
}

/**
 * Has somebody do something in a browser of their own, signed in, on the page `next`; none of its pages may have an
 * error.
 * @param {{ linkFor: (email: string, who?: any) => string }} server @param {string} email
 * @param {{ next: string } & Parameters<typeof openChromium>[0]} how
 * @param {(page: import('playwright-core').Page, context: import('playwright-core').BrowserContext) => Promise<void>} act
 */
export async function inBrowserOf(server, email, { next, ...options }, act) {
  const browser = await openChromium(options);
  try {
    const page = await browser.context.newPage();
    await signIn(page, server, email, { next });
    await act(page, browser.context);
    assert.deepEqual(browser.errors, []);
  } finally {
    await browser.close();
  }
}

/**
 * The letters a development server would have sent to somebody, the newest first.
 * @param {{ url: string }} server @param {string} email
 */
export async function lettersTo(server, email) {
  const page = await (await fetch(`${server.url}/mailbox`)).text();
  const letters = [...page.matchAll(/<article.*?<h2>(.*?)<\/h2><p>(.*?) · .*?<pre>(.*?)<\/pre>/gs)];
  return letters
    .filter(([, , to]) => to === email)
    .map(([, subject = '', , text = '']) => ({ subject, text: text.replaceAll('&amp;', '&') }));
}

/**
 * The code in the newest letter to somebody; waits until one more than `before` is there.
 * @param {{ url: string }} server @param {string} email @param {number} [before]
 */
export async function codeFor(server, email, before = 0) {
  const deadline = Date.now() + 5000;
  for (;;) {
    const letters = await lettersTo(server, email);
    const code = /(\d{3}) (\d{3})/.exec(letters[0]?.text ?? '');
    if (letters.length > before && code) return `${code[1]}${code[2]}`;
    if (Date.now() > deadline) throw new Error(`no letter to ${email}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
