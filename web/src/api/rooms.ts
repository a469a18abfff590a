// The organisation's rooms: listing, making, changing and taking them away.
import { queryOptions, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { client, unwrap, type Room } from './client';
import { asBody } from './lists';
import { everyRoomKey, longestPage, roomKey } from './queries';
import type { components } from './schema';
import { useChanging } from './useChanging';

export type ListedRoom = components['schemas']['ListedRoom'];
export type RoomSettings = components['schemas']['RoomSettings'];
export type Access = components['schemas']['Access'];
export type May = components['schemas']['May'];
export type RoomChange = components['schemas']['ChangeRoom'];
export type NewRoom = components['schemas']['CreateRoom'];
export type AddressCheck = components['schemas']['AddressCheck'];

/** From the most open to the most closed. */
export const accesses = ['open', 'knock', 'members', 'locked'] as const satisfies readonly Access[];

/** Rooms read at most: nobody finds one among more by looking. */
const mostPages = 10;

export const roomsKey = ['rooms'] as const;

async function readRooms(signal?: AbortSignal): Promise<ListedRoom[]> {
  const rooms: ListedRoom[] = [];
  let after: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const query = { limit: longestPage, after };
    const { items, next } = unwrap(await client.GET('/api/v1/rooms', { params: { query }, signal }));
    rooms.push(...items);
    if (!next) break;
    after = next;
  }
  return rooms;
}

export const roomsQuery = queryOptions({
  queryKey: roomsKey,
  queryFn: ({ signal }) => readRooms(signal),
});

/** All rooms that whoever is signed in sees, with who is in them. */
export function useRooms() {
  return useQuery(roomsQuery);
}

/** Something about rooms has changed: pages that show them ask again. */
function changed(queries: QueryClient, room?: Room): void {
  if (room) queries.setQueryData(roomKey(room.address), room);
  void queries.invalidateQueries({ queryKey: roomsKey });
  void queries.invalidateQueries({ queryKey: everyRoomKey });
}

/** Makes a room. Sent again after a lost answer it is the same request, and makes no second one. */
export function useMakeRoom() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ key, ...room }: NewRoom & { key: string }) =>
      unwrap(
        await client.POST('/api/v1/rooms', {
          params: { header: { 'Idempotency-Key': key } },
          body: room,
        }),
      ),
    onSuccess: (room) => changed(queries, room),
  });
}

export function useChangeRoom(address: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (change: RoomChange) =>
      unwrap(await client.PATCH('/api/v1/rooms/{address}', { params: { path: { address } }, body: change })),
    onSuccess: (room) => changed(queries, room),
  });
}

export function useDeleteRoom(address: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () =>
      unwrap(await client.DELETE('/api/v1/rooms/{address}', { params: { path: { address } } })),
    onSuccess: () => {
      queries.removeQueries({ queryKey: roomKey(address) });
      void queries.invalidateQueries({ queryKey: roomsKey });
    },
  });
}

export function useAddAddress(address: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (wanted: string) =>
      unwrap(
        await client.POST('/api/v1/rooms/{address}/addresses', {
          params: { path: { address } },
          body: { address: wanted },
        }),
      ),
    onSuccess: (room) => changed(queries, room),
  });
}

export function useRemoveAddress(address: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (other: string) =>
      unwrap(
        await client.DELETE('/api/v1/rooms/{address}/addresses/{other}', {
          params: { path: { address, other } },
        }),
      ),
    onSuccess: () => changed(queries),
  });
}

export function useAddHost(address: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (person: string) =>
      unwrap(
        await client.PUT('/api/v1/rooms/{address}/hosts/{person}', { params: { path: { address, person } } }),
      ),
    onSuccess: (room) => changed(queries, room),
  });
}

export function useRemoveHost(address: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (person: string) =>
      unwrap(
        await client.DELETE('/api/v1/rooms/{address}/hosts/{person}', {
          params: { path: { address, person } },
        }),
      ),
    onSuccess: () => changed(queries),
  });
}

/** Whether an address could be had, for a new room (of an establishment) or for one that is to be renamed. */
export function useAddressCheck(address: string | null, of: { establishment?: string; room?: string }) {
  return useQuery({
    queryKey: ['room-address', address, of],
    queryFn: async ({ signal }) =>
      unwrap(
        await client.GET('/api/v1/room-addresses/{address}', {
          params: { path: { address: address ?? '' }, query: of },
          signal,
        }),
      ),
    enabled: address !== null,
    // What is said of one address stands while the next one is asked about.
    placeholderData: (before) => before,
  });
}

/** The picture of a room's link that telephones read. */
export function qrCodeOf(address: string): string {
  return `/api/v1/rooms/${address}/qr.svg`;
}

export type RoomLine = components['schemas']['RoomLine'];

/** Makes the rooms of a list of links, or says what that would do. */
export function useImportRooms() {
  return useChanging([roomsKey, everyRoomKey], async ({ file, dryRun }: { file: File; dryRun: boolean }) =>
    unwrap(
      await client.POST('/api/v1/rooms/import', {
        params: { query: { dry_run: dryRun } },
        ...asBody(file),
      }),
    ),
  );
}
