// Asks the server, and turns every answer that is not a success into an ApiError.
import createClient from 'openapi-fetch';
import { ApiError } from './ApiError';
import type { components, paths } from './schema';

export type Room = components['schemas']['Room'];
export type JoinAnswer = components['schemas']['JoinAnswer'];

export const client = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
});

/** What the server answered; what it refused is thrown. An answer without a body is `undefined`. */
export function unwrap<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.response.ok) return answer.data as T;
  throw ApiError.from(answer.error, answer.response.status);
}

export async function readRoom(address: string, signal?: AbortSignal): Promise<Room> {
  return unwrap(await client.GET('/api/v1/rooms/{address}', { params: { path: { address } }, signal }));
}

/** Asks to come in; `again` when one knows that one is there on another device and wants to be there twice. */
export async function joinRoom(address: string, name: string, again = false): Promise<JoinAnswer> {
  return unwrap(
    await client.POST('/api/v1/rooms/{address}/join', {
      params: { path: { address } },
      body: { name, again },
    }),
  );
}
