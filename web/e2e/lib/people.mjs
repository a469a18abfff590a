// Gets people signed in, as the command line lets them in.

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
