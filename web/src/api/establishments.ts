// The establishments of the organisation, where rooms and people belong.
import { useQuery } from '@tanstack/react-query';
import { client, unwrap } from './client';
import { useMe } from './me';
import { longestPage } from './queries';
import type { components } from './schema';

export type Establishment = components['schemas']['Establishment'];

const establishmentsKey = ['establishments'] as const;

/** All of them, for whoever may see the directory; nothing for others. No organisation has more than a page. */
export function useEstablishments(): Establishment[] {
  const me = useMe();
  const establishments = useQuery({
    queryKey: establishmentsKey,
    queryFn: async ({ signal }) =>
      unwrap(
        await client.GET('/api/v1/establishments', { params: { query: { limit: longestPage } }, signal }),
      ).items,
    staleTime: 60_000,
    enabled: me?.rights.includes('see_directory') ?? false,
  });
  return establishments.data ?? [];
}
