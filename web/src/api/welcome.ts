// The first run: whether there is an organisation yet, and making it.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from './client';
import { becomes } from './me';
import { readOrganisationAgain } from './organisation';
import type { components } from './schema';

export type Beginning = components['schemas']['BeginRequest'];

/** Whether there is an organisation; `undefined` while that is not known. */
export function useIsSetUp(): boolean | undefined {
  return useQuery({
    queryKey: ['welcome'],
    queryFn: async ({ signal }) => unwrap(await client.GET('/api/v1/welcome', { signal })),
    // An organisation that was made stays.
    staleTime: (query) => (query.state.data?.set_up ? Infinity : 2000),
  }).data?.set_up;
}

export function useBegin() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (beginning: Beginning) =>
      unwrap(await client.POST('/api/v1/welcome', { body: beginning })),
    onSuccess: async (me) => {
      becomes(queries, me);
      await readOrganisationAgain(queries);
    },
  });
}
