// What somebody in a call asks of the server beside the media: they prove who they are with the token of the call.
import { ApiError } from './ApiError';

/** Puts one's own hand up or down. */
export async function setHand(token: string, raised: boolean): Promise<void> {
  await ask(token, 'POST', '/api/v1/call/hand', { raised });
}

/** A message the server has kept. */
export interface KeptMessage {
  /** Sorts by the moment it was kept. */
  id: string;
  identity: string;
  name: string;
  text: string;
  /** Milliseconds since the epoch. */
  sent: number;
}

/** Writes to everybody; what it answers is kept, whatever happens afterwards. */
export async function postMessage(token: string, text: string): Promise<KeptMessage> {
  const message = keptMessage(await ask(token, 'POST', '/api/v1/call/messages', { text }));
  if (!message) throw new ApiError('unexpected', 201);
  return message;
}

/** What was written in this meeting after the message named, oldest first; `next` names the last one when there is more. */
export async function readMessages(
  token: string,
  after: string | null,
): Promise<{ items: KeptMessage[]; next: string | null }> {
  const query = after === null ? '' : `?${new URLSearchParams({ after }).toString()}`;
  const page = (await ask(token, 'GET', `/api/v1/call/messages${query}`)) as {
    items?: unknown;
    next?: unknown;
  } | null;
  return {
    items: Array.isArray(page?.items) ? page.items.flatMap((item) => keptMessage(item) ?? []) : [],
    next: typeof page?.next === 'string' ? page.next : null,
  };
}

/** Reads a message as the API and the broadcast in a call say it; null for anything else. */
export function keptMessage(said: unknown): KeptMessage | null {
  if (typeof said !== 'object' || said === null) return null;
  const { id, identity, name, text, sent } = said as Record<string, unknown>;
  const at = typeof sent === 'string' ? Date.parse(sent) : Number.NaN;
  if (typeof id !== 'string' || typeof identity !== 'string' || typeof text !== 'string') return null;
  if (Number.isNaN(at)) return null;
  return { id, identity, name: typeof name === 'string' ? name : '', text, sent: at };
}

/** Asks with the token of the call; what the server refuses is thrown as an ApiError. */
export async function ask(
  token: string,
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  body?: object,
): Promise<unknown> {
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
