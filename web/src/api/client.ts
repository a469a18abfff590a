// Asks the server, and turns every answer that is not a success into an ApiError.
import createClient from 'openapi-fetch';
import { ApiError } from './ApiError';
import type { components, paths } from './schema';

export type Room = components['schemas']['Room'];
export type Admitted = components['schemas']['Admitted'];

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

export async function joinRoom(address: string, name: string): Promise<Admitted> {
  return unwrap(
    await client.POST('/api/v1/rooms/{address}/join', { params: { path: { address } }, body: { name } }),
  );
}
