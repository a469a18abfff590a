// Plays the part of the server's API inside a call, over LiveKit's own RoomService, until the server has it.
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
  return {
    /** The server breaks, or is whole again. */
    fail: (/** @type {boolean} */ on) => (failing = on),
    /** @param {string} identity @param {Record<string, string>} attributes */
    setAttributes: (identity, attributes) =>
      roomService(api, 'UpdateParticipant', { room, identity, attributes }),
  };
}
