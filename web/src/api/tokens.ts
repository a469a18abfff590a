// The API tokens that act for oneself.
import { useQuery } from '@tanstack/react-query';
import { client, unwrap } from './client';
import type { components } from './schema';
import { useChanging } from './useChanging';

export type Token = components['schemas']['Token'];
export type NewToken = components['schemas']['NewToken'];

const key = ['tokens'] as const;

export function useTokens() {
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => unwrap(await client.GET('/api/v1/me/tokens', { signal })).items,
  });
}

export function useAddToken() {
  return useChanging([key], async (wanted: components['schemas']['TokenRequest']): Promise<NewToken> =>
    unwrap(await client.POST('/api/v1/me/tokens', { body: wanted })),
  );
}

export function useTakeBackToken() {
  return useChanging([key], async (id: string) =>
    unwrap(await client.DELETE('/api/v1/me/tokens/{id}', { params: { path: { id } } })),
  );
}
