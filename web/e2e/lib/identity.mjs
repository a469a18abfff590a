// A real sign-in service of our own (npm's certified oidc-provider), with people of a test in it.
import net from 'node:net';
import { Provider } from 'oidc-provider';

/**
 * @typedef {{ email: string, email_verified: boolean, name: string, groups?: string[] }} Known
 */

/** An address nobody uses yet, for a service that starts later. */
export async function futureIssuer() {
  const probe = net.createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {net.AddressInfo} */ (probe.address());
  await new Promise((resolve) => probe.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/**
 * Starts the service at its issuer. Whoever types one of the names of `people` is that person, with any password.
 * @param {{ issuer: string, redirect: string, secret: string, people: Record<string, Known> }} options
 */
export async function startIdentity({ issuer, redirect, secret, people }) {
  const service = new Provider(issuer, {
    clients: [{ client_id: 'palabre', client_secret: secret, redirect_uris: [redirect] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    scopes: ['openid', 'email', 'profile'],
    pkce: { required: () => true },
    cookies: { keys: ['a key of a test'] },
    findAccount: (/** @type {unknown} */ _, /** @type {string} */ id) => {
      const known = people[id];
      return known && { accountId: id, claims: async () => ({ sub: id, ...known }) };
    },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      IdToken: 600,
      Interaction: 600,
      Grant: 600,
      Session: 600,
    },
  });
  const server = service.listen(Number(new URL(issuer).port), '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    /** Ends it; open connections are cut. */
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Says who one is on the service's own pages, and agrees.
 * @param {import('playwright-core').Page} page @param {string} name
 */
export async function identify(page, name) {
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.getByText('Authorize').first().waitFor();
  await page.locator('button[type=submit]').click();
}
