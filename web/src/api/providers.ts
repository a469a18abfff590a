// The services that sign people in: using one, connecting one's account, and, for administrators, setting them up.
import { useMutation, useQuery } from '@tanstack/react-query';
import { client, unwrap } from './client';
import type { components } from './schema';
import { useChanging } from './useChanging';

export type Provider = components['schemas']['Provider'];
export type ProviderChange = components['schemas']['ProviderRequest'];

const key = ['providers'] as const;
const waysKey = ['ways'] as const;

/** How one may sign in here. */
export function useWays() {
  return useQuery({
    queryKey: waysKey,
    queryFn: async ({ signal }) => unwrap(await client.GET('/api/v1/sign-in/ways', { signal })),
  });
}

/** Leaves for a service, and comes back to `next`; with `connect`, to connect its account to one's own. */
export function useLeaveFor() {
  return useMutation({
    mutationFn: async ({ id, ...body }: { id: string; next: string; connect?: boolean }) =>
      unwrap(await client.POST('/api/v1/sign-in/providers/{id}/begin', { params: { path: { id } }, body })),
    onSuccess: ({ address }) => location.assign(address),
  });
}

/** The services one has connected an account of. */
export function useConnectedProviders() {
  return useQuery({
    queryKey: ['connected-providers'],
    queryFn: async ({ signal }) => unwrap(await client.GET('/api/v1/me/providers', { signal })).items,
  });
}

export function useProviders() {
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => unwrap(await client.GET('/api/v1/sign-in/providers', { signal })).items,
  });
}

export function useAddProvider() {
  return useChanging([key, waysKey], async (wanted: ProviderChange): Promise<Provider> =>
    unwrap(await client.POST('/api/v1/sign-in/providers', { body: wanted })),
  );
}

export function useChangeProvider(id: string) {
  return useChanging([key, waysKey], async (body: ProviderChange): Promise<Provider> =>
    unwrap(await client.PATCH('/api/v1/sign-in/providers/{id}', { params: { path: { id } }, body })),
  );
}

export function useRemoveProvider(id: string) {
  return useChanging([key, waysKey], async () =>
    unwrap(await client.DELETE('/api/v1/sign-in/providers/{id}', { params: { path: { id } } })),
  );
}

export function useCheckProvider(id: string) {
  return useMutation({
    mutationFn: async () =>
      unwrap(await client.POST('/api/v1/sign-in/providers/{id}/check', { params: { path: { id } } })),
  });
}
