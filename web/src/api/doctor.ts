// The server's examination of itself, and the calls that did not come about.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { client, unwrap } from './client';
import type { components } from './schema';

export type Finding = components['schemas']['Finding'];
export type FailedJoin = components['schemas']['FailedJoin'];

export interface Examination {
  findings: Finding[];
  /** How far this browser's clock is from the server's, in seconds. */
  apart: number;
}

async function examine(language: string, signal: AbortSignal): Promise<Examination> {
  const headers = { 'Accept-Language': language };
  const { now, findings } = unwrap(await client.GET('/api/v1/doctor', { headers, signal }));
  return { findings, apart: Math.abs(Date.now() - Date.parse(now)) / 1000 };
}

/** Sentences come in this language. Looked at once; `refetch` looks again. */
export function useExamination(language: string) {
  return useQuery({
    queryKey: ['doctor', language],
    queryFn: ({ signal }) => examine(language, signal),
    staleTime: Infinity,
    retry: false,
  });
}

/** A page of a table somebody reads. */
const atOnce = 20;

export function useFailedJoins() {
  return useInfiniteQuery({
    queryKey: ['failed-joins'],
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: atOnce, after: pageParam };
      return unwrap(await client.GET('/api/v1/failed-joins', { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}
