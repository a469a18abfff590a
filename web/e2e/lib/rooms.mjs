// Rooms for tests: made through the API, in the name of the server's owner.

/** @typedef {{ url: string, tokenFor: (email: string, scopes: string[]) => string }} Server */

/** Who owns every room of the tests. */
export const owner = 'responsable@example.org';

/** The owner's token on each server. @type {WeakMap<Server, string>} */
const tokens = new WeakMap();

/**
 * Asks the API as the server's owner; the organisation is made when this is the first.
 * @param {Server} server @param {string} method @param {string} path @param {unknown} [body]
 */
export async function asOwner(server, method, path, body) {
  const token =
    tokens.get(server) ?? server.tokenFor(owner, ['rooms:write', 'people:write', 'connections:write']);
  tokens.set(server, token);
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/**
 * Makes a room that everybody enters, unless `room` says otherwise; its address is fresh and begins with `word`.
 * @param {Server} server @param {string} [word]
 * @param {{ address?: string, name?: string, access?: 'open' | 'knock' | 'members' | 'locked', welcome?: string,
 *   people_limit?: number }} [room]
 * @returns {Promise<string>} its address
 */
export async function openRoom(server, word = 'salle', room = {}) {
  const address = `${word}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 6)}`;
  const made = await asOwner(server, 'POST', '/rooms', { address, access: 'open', ...room });
  return made.address;
}
