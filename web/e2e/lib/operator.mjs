// What an operator does with an API key: tokens of their own, and LiveKit's RoomService.
import { createHmac } from 'node:crypto';

/** @typedef {import('./server.mjs').ApiKey} ApiKey */

/** @param {ApiKey} api @param {Record<string, unknown>} video @param {{ identity?: string, name?: string }} [who] */
export function token(api, video, who = {}) {
  const part = (/** @type {unknown} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: api.key, sub: who.identity, name: who.name, nbf: now - 10, exp: now + 600, video };
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${body}.${createHmac('sha256', api.secret).update(body).digest('base64url')}`;
}

/**
 * Calls RoomService; tries again for a moment, since a new key is known within a second.
 * @param {ApiKey} api @param {string} method @param {Record<string, unknown>} request
 */
export async function roomService(api, method, request) {
  const grants = { roomCreate: true, roomList: true, roomAdmin: true, room: request.room };
  const deadline = Date.now() + 5000;
  for (;;) {
    const answer = await fetch(`${api.twirp}/twirp/livekit.RoomService/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token(api, grants)}` },
      body: JSON.stringify(request),
    });
    if (answer.ok) return answer.json();
    if (answer.status !== 401 || Date.now() > deadline) {
      throw new Error(`${method}: ${answer.status} ${await answer.text()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
