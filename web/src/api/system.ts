// What goes on in the server, the work it has to do, and who did what.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from './client';
import type { components } from './schema';

export type System = components['schemas']['System'];
export type LiveRoom = components['schemas']['LiveRoom'];
export type MailQueue = components['schemas']['MailQueue'];
export type Job = components['schemas']['Job'];
export type AuditEntry = components['schemas']['AuditEntry'];

const systemKey = ['system'] as const;

/** While somebody looks, numbers are as old as this, in milliseconds. */
const every = 5000;

export function useSystem() {
  return useQuery({
    queryKey: [...systemKey, 'now'],
    queryFn: async ({ signal }) => unwrap(await client.GET('/api/v1/system', { signal })),
    refetchInterval: every,
  });
}

/** Work that was given up, the newest first; as much as somebody mends by hand. */
export function useDeadJobs() {
  return useQuery({
    queryKey: [...systemKey, 'dead'],
    queryFn: async ({ signal }) =>
      unwrap(await client.GET('/api/v1/jobs', { params: { query: { state: 'dead', limit: 100 } }, signal }))
        .items,
    refetchInterval: every,
  });
}

export function useRetryJob() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) =>
      unwrap(await client.POST('/api/v1/jobs/{id}/retry', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: systemKey }),
  });
}

export function useDiscardJob() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) =>
      unwrap(await client.DELETE('/api/v1/jobs/{id}', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: systemKey }),
  });
}

/** The audit trail, the newest first, a page at a time. */
export function useAuditTrail() {
  return useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: async ({ pageParam, signal }) =>
      unwrap(
        await client.GET('/api/v1/audit', { params: { query: { limit: 50, after: pageParam } }, signal }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}
