// Plays the part of the server's API inside a call (hands, kept messages), over RoomService, until the server has it.
import { roomService } from './operator.mjs';

/** Who holds the token of a call. @param {string} authorization */
function holder(authorization) {
  const claims = JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString());
  return { identity: String(claims.sub), name: String(claims.name), room: String(claims.video.room) };
}

/**
 * Answers `/api/v1/call/…` for all pages of a context. Somebody must be in the room already.
 * @param {import('playwright-core').BrowserContext} context @param {import('./operator.mjs').ApiKey} api @param {string} room
 */
export async function actAsServerInCall(context, api, room) {
  let failing = false;
  await roomService(api, 'UpdateRoomMetadata', { room, metadata: JSON.stringify({ palabre: 1 }) });
  await context.route('**/api/v1/call/hand', async (route) => {
    const request = route.request();
    if (failing)
      return route.fulfill({ status: 500, json: { code: 'internal', message: '', details: null } });
    const { identity } = holder(request.headers().authorization ?? '');
    const { raised } = request.postDataJSON();
    const attributes = { hand: raised ? String(Date.now()) : '' };
    await roomService(api, 'UpdateParticipant', { room, identity, attributes });
    return route.fulfill({ status: 200, json: { raised } });
  });
  /** @type {{ id: string, identity: string, name: string, text: string, sent: string }[]} */
  const messages = [];
  let lost = false;
  await context.route('**/api/v1/call/messages*', async (route) => {
    const request = route.request();
    if (request.method() === 'GET') {
      const after = new URL(request.url()).searchParams.get('after');
      const items = messages.filter((message) => after === null || message.id > after);
      return route.fulfill({ status: 200, json: { items, next: null } });
    }
    if (failing)
      return route.fulfill({ status: 500, json: { code: 'internal', message: '', details: null } });
    const { identity, name } = holder(request.headers().authorization ?? '');
    const id = String(messages.length + 1).padStart(8, '0');
    const message = { id, identity, name, text: request.postDataJSON().text, sent: new Date().toISOString() };
    messages.push(message);
    // Kept, but nobody hears of it, as when a server is killed between the two.
    if (lost) return route.abort();
    const data = Buffer.from(JSON.stringify(message)).toString('base64');
    await roomService(api, 'SendData', { room, data, kind: 'RELIABLE', topic: 'palabre.chat' });
    return route.fulfill({ status: 201, json: message });
  });
  return {
    messages,
    /** What is posted is kept, and every answer lost. */
    loseAnswers: (/** @type {boolean} */ on) => (lost = on),
    /** The server breaks, or is whole again. */
    fail: (/** @type {boolean} */ on) => (failing = on),
    /** @param {string} identity @param {Record<string, string>} attributes */
    setAttributes: (identity, attributes) =>
      roomService(api, 'UpdateParticipant', { room, identity, attributes }),
  };
}
