// The establishments of the organisation, where rooms and people belong.
import { useQuery } from '@tanstack/react-query';
import { client, unwrap } from './client';
import { useMe } from './me';
import { everyRoomKey, longestPage } from './queries';
import { roomsKey } from './rooms';
import type { components } from './schema';
import { useChanging } from './useChanging';

export type Establishment = components['schemas']['Establishment'];
export type EstablishmentRequest = components['schemas']['EstablishmentRequest'];
export type EstablishmentChange = components['schemas']['EstablishmentChange'];

const establishmentsKey = ['establishments'] as const;

/** All of them, as they are read; only whoever may see the directory asks. No organisation has more than a page. */
export function useEstablishmentList() {
  const me = useMe();
  return useQuery({
    queryKey: establishmentsKey,
    queryFn: async ({ signal }) =>
      unwrap(
        await client.GET('/api/v1/establishments', { params: { query: { limit: longestPage } }, signal }),
      ).items,
    staleTime: 60_000,
    enabled: me?.rights.includes('see_directory') ?? false,
  });
}

/** All of them, for whoever may see the directory; nothing for others. */
export function useEstablishments(): Establishment[] {
  return useEstablishmentList().data ?? [];
}

/** Rooms name the establishment where they belong. */
const changed = [establishmentsKey, roomsKey, everyRoomKey];

export function useAddEstablishment() {
  return useChanging(changed, async (request: EstablishmentRequest) =>
    unwrap(await client.POST('/api/v1/establishments', { body: request })),
  );
}

export function useChangeEstablishment() {
  return useChanging(changed, async ({ id, ...change }: EstablishmentChange & { id: string }) =>
    unwrap(await client.PATCH('/api/v1/establishments/{id}', { params: { path: { id } }, body: change })),
  );
}

export function useRemoveEstablishment() {
  return useChanging(changed, async (id: string) =>
    unwrap(await client.DELETE('/api/v1/establishments/{id}', { params: { path: { id } } })),
  );
}
