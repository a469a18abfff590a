// The people of the organisation: reading, inviting, changing.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { client, unwrap } from './client';
import { asBody } from './lists';
import { longestPage } from './queries';
import type { components } from './schema';
import { useChanging } from './useChanging';

export type Person = components['schemas']['Person'];
export type PersonChange = components['schemas']['PersonChange'];
export type InviteRequest = components['schemas']['InviteRequest'];

const peopleKey = ['people'] as const;

/** Everybody, page after page; those that are here already are shown meanwhile. */
export function usePeople() {
  const pages = useInfiniteQuery({
    queryKey: peopleKey,
    queryFn: async ({ pageParam, signal }) =>
      unwrap(
        await client.GET('/api/v1/people', {
          params: { query: { limit: longestPage, after: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const people = useMemo(() => data?.pages.flatMap((page) => page.items), [data]);
  /** Nobody is still to come. */
  const complete = pages.isSuccess && !hasNextPage;
  return { people, complete, isError: pages.isError, error: pages.error };
}

/** The first `limit` people whose name or address holds these words; those of the words before meanwhile. */
export function usePeopleFound(words: string, limit: number) {
  return useQuery({
    queryKey: [...peopleKey, 'found', words],
    queryFn: async ({ signal }) =>
      unwrap(await client.GET('/api/v1/people', { params: { query: { q: words, limit } }, signal })).items,
    enabled: words !== '',
    placeholderData: (before) => before,
  });
}

export function useInvite() {
  return useChanging([peopleKey], async (request: InviteRequest) =>
    unwrap(await client.POST('/api/v1/people', { body: request })),
  );
}

export function useInviteAgain() {
  return useChanging([peopleKey], async (id: string) =>
    unwrap(await client.POST('/api/v1/people/{id}/invitation', { params: { path: { id } } })),
  );
}

export function useChangePerson() {
  return useChanging([peopleKey], async ({ id, ...change }: PersonChange & { id: string }) =>
    unwrap(await client.PATCH('/api/v1/people/{id}', { params: { path: { id } }, body: change })),
  );
}

export type PersonLine = components['schemas']['PersonLine'];

/** Adds the people of a file, or says what that would do. */
export function useImport() {
  return useChanging([peopleKey], async (asked: { file: File; dryRun: boolean; invite?: boolean }) =>
    unwrap(
      await client.POST('/api/v1/people/import', {
        params: { query: { dry_run: asked.dryRun, invite: asked.invite ?? false } },
        ...asBody(asked.file),
      }),
    ),
  );
}
