// The browsers one is signed in with.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from './client';
import { becomes } from './me';
import type { components } from './schema';

export type Device = components['schemas']['Device'];

const key = ['sign-ins'] as const;

export function useDevices() {
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => unwrap(await client.GET('/api/v1/me/sign-ins', { signal })).items,
  });
}

export function useEndDevice() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (device: Device) => {
      unwrap(await client.DELETE('/api/v1/me/sign-ins/{id}', { params: { path: { id: device.id } } }));
      return device;
    },
    onSuccess: ({ here }) => (here ? becomes(queries, null) : queries.invalidateQueries({ queryKey: key })),
  });
}

export function useSignOutEverywhere() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => unwrap(await client.POST('/api/v1/me/sign-out-everywhere')),
    onSuccess: () => becomes(queries, null),
  });
}
