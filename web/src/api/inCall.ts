// What somebody in a call asks of the server beside the media: they prove who they are with the token of the call.
import { ApiError } from './ApiError';

/** Puts one's own hand up or down. */
export async function setHand(token: string, raised: boolean): Promise<void> {
  await ask(token, 'POST', '/api/v1/call/hand', { raised });
}

async function ask(token: string, method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
  const answer = await fetch(path, {
    method,
    // The token says who asks: a cookie beside it could say otherwise.
    credentials: 'omit',
    headers: {
      authorization: `Bearer ${token}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const said: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw ApiError.from(said, answer.status);
  return said;
}
