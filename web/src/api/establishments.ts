// The establishments of the organisation, where rooms and people belong.
import { useQuery } from '@tanstack/react-query';
import { client, unwrap } from './client';
import { useMe } from './me';
import type { components } from './schema';

export type Establishment = components['schemas']['Establishment'];

const establishmentsKey = ['establishments'] as const;

/** The longest page the server gives; no organisation here has more sites. */
const most = 500;

/** All of them, for whoever may see the directory; nothing for others. */
export function useEstablishments(): Establishment[] {
  const me = useMe();
  const establishments = useQuery({
    queryKey: establishmentsKey,
    queryFn: async ({ signal }) =>
      unwrap(await client.GET('/api/v1/establishments', { params: { query: { limit: most } }, signal }))
        .items,
    staleTime: 60_000,
    enabled: me?.rights.includes('see_directory') ?? false,
  });
  return establishments.data ?? [];
}
