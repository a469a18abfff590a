// Meetings that were, as those read them who host their rooms.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { client, unwrap } from './client';
import type { components } from './schema';

export type Meeting = components['schemas']['Meeting'];
export type Attendance = components['schemas']['Attendance'];

/** Meetings, or messages, asked for at once. */
const PAGE = 50;

/** The meetings of a room, the newest first; further ones when they are asked for. */
export function useMeetingsOf(address: string) {
  return useInfiniteQuery({
    queryKey: ['meetings', address],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) =>
      unwrap(
        await client.GET('/api/v1/rooms/{address}/meetings', {
          params: { path: { address }, query: { limit: PAGE, after: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** A meeting, with who was there. */
export function useMeeting(id: string) {
  return useQuery({
    queryKey: ['meeting', id],
    queryFn: async ({ signal }) =>
      unwrap(await client.GET('/api/v1/meetings/{id}', { params: { path: { id } }, signal })),
  });
}

/** What was written in a meeting, the oldest first; further messages when they are asked for. */
export function useMessagesOf(id: string) {
  return useInfiniteQuery({
    queryKey: ['meeting', id, 'messages'],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) =>
      unwrap(
        await client.GET('/api/v1/meetings/{id}/messages', {
          params: { path: { id }, query: { limit: PAGE, after: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** Where a browser gets who was there as a table. */
export function attendanceTable(id: string): string {
  return `/api/v1/meetings/${encodeURIComponent(id)}/attendance.csv`;
}
