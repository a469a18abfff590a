// Who is signed in in this browser: reading it, and signing out.
import { queryOptions, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { isSignedOut } from './ApiError';
import { client, unwrap } from './client';
import type { components } from './schema';

export type Me = components['schemas']['Me'];

export const meKey = ['me'] as const;

/** Another device may have signed this one out; pages that are shown often need not ask each time. */
const freshFor = 60_000;

async function readMe(signal?: AbortSignal): Promise<Me | null> {
  try {
    return unwrap(await client.GET('/api/v1/me', { signal }));
  } catch (error) {
    if (isSignedOut(error)) return null;
    throw error;
  }
}

export const meQuery = queryOptions({
  queryKey: meKey,
  queryFn: ({ signal }) => readMe(signal),
  staleTime: freshFor,
});

/** Who is signed in: `null` when nobody is, `undefined` while that is not known. */
export function useMe(): Me | null | undefined {
  return useQuery(meQuery).data;
}

/** Somebody has signed in, or out: what was read for the one before is forgotten. */
export function becomes(queries: QueryClient, me: Me | null): void {
  queries.setQueryData(meKey, me);
  void queries.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== meKey[0] });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => unwrap(await client.POST('/api/v1/sign-out')),
    onSuccess: () => becomes(queries, null),
  });
}

export function useChangeMe() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (change: components['schemas']['MeChange']) =>
      unwrap(await client.PATCH('/api/v1/me', { body: change })),
    onSuccess: (me) => {
      queries.setQueryData(meKey, me);
      // Lists show the name too.
      void queries.invalidateQueries({ queryKey: ['people'] });
    },
  });
}
