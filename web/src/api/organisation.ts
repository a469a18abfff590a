// The organisation: what it is called, how it looks and whom to ask, as the page brought it; its policies for who runs it.
import { queryOptions, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { ApiError } from './ApiError';
import { wearAccent } from '../ui/accent';
import { client, unwrap } from './client';
import type { components } from './schema';

export type Organisation = components['schemas']['Organisation'];
export type OrganisationChange = components['schemas']['OrganisationChange'];
export type Policies = components['schemas']['Policies'];
export type SignUpPolicy = components['schemas']['SignUpPolicy'];
export type SchemeShades = components['schemas']['SchemeShades'];

const key = ['organisation'] as const;

/** What the server wrote into the page; `null` before there is an organisation. */
function brought(): Organisation | null {
  const told = document.querySelector<HTMLMetaElement>('meta[name="palabre-organisation"]')?.content;
  return told === undefined ? null : (JSON.parse(told) as Organisation);
}

async function readOrganisation(signal?: AbortSignal): Promise<Organisation | null> {
  try {
    return unwrap(await client.GET('/api/v1/organisation', { signal }));
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not_set_up') return null;
    throw error;
  }
}

/** The page brings it, so that nothing is asked for before a change; whoever changes it is answered with the new one. */
const looksQuery = queryOptions({
  queryKey: [...key, 'looks'],
  queryFn: ({ signal }) => readOrganisation(signal),
  initialData: brought,
  staleTime: Infinity,
});

/** What everybody is told of the organisation; `null` while there is none. */
export function useOrganisation(): Organisation | null {
  return useQuery(looksQuery).data;
}

/** The organisation with its policies, for who runs it. */
export function useWholeOrganisation() {
  return useQuery({
    queryKey: [...key, 'whole'],
    queryFn: async ({ signal }) => unwrap(await client.GET('/api/v1/organisation', { signal })),
  });
}

/** The page brought none: there is one now. */
export function readOrganisationAgain(queries: QueryClient): Promise<void> {
  return queries.refetchQueries({ queryKey: looksQuery.queryKey, type: 'all' });
}

function remember(queries: QueryClient, organisation: Organisation): void {
  queries.setQueryData([...key, 'whole'], organisation);
  queries.setQueryData(looksQuery.queryKey, organisation);
}

export function useChangeOrganisation() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (change: OrganisationChange) =>
      unwrap(await client.PATCH('/api/v1/organisation', { body: change })),
    onSuccess: async (organisation, { accent }) => {
      remember(queries, organisation);
      if (accent !== undefined)
        wearAccent(accent === null ? null : await queries.fetchQuery(shadesQuery(accent)));
    },
  });
}

export function useSetLogo() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (picture: File) =>
      unwrap(
        await client.PUT('/api/v1/organisation/logo', {
          // The picture goes as it is: the server finds out of which kind it is.
          body: [],
          bodySerializer: () => picture,
          headers: { 'content-type': 'application/octet-stream' },
        }),
      ),
    onSuccess: (organisation) => remember(queries, organisation),
  });
}

export function useRemoveLogo() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => unwrap(await client.DELETE('/api/v1/organisation/logo')),
    onSuccess: () => queries.refetchQueries({ queryKey: key }),
  });
}

const shadesQuery = (accent: string) =>
  queryOptions({
    queryKey: ['shades', accent],
    queryFn: async ({ signal }) =>
      unwrap(await client.GET('/api/v1/organisation/shades', { params: { query: { accent } }, signal })),
    staleTime: Infinity,
  });

/** What pages make of a colour; of the one before while another is asked for. */
export function useShades(accent: string, enabled: boolean) {
  return useQuery({ ...shadesQuery(accent), enabled, placeholderData: (before) => before }).data;
}
