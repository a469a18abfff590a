// Programs that are told what happens: reading, adding, changing them, and what they were told.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from './client';
import type { components } from './schema';
import { useChanging } from './useChanging';

export type Webhook = components['schemas']['Webhook'];
export type WebhookRequest = components['schemas']['WebhookRequest'];
export type WebhookChange = components['schemas']['WebhookChange'];
export type Delivery = components['schemas']['Delivery'];

const webhooksKey = ['webhooks'] as const;
const deliveriesKey = (webhook: string) => ['deliveries', webhook] as const;

export const events = [
  'room.created',
  'room.changed',
  'room.deleted',
  'meeting.started',
  'meeting.ended',
  'participant.joined',
  'participant.left',
] as const;

export function useWebhooks() {
  return useQuery({
    queryKey: webhooksKey,
    queryFn: async ({ signal }) => unwrap(await client.GET('/api/v1/webhooks', { signal })).items,
  });
}

export function useAddWebhook() {
  return useChanging([webhooksKey], async (request: WebhookRequest) =>
    unwrap(await client.POST('/api/v1/webhooks', { body: request })),
  );
}

export function useChangeWebhook() {
  return useChanging([webhooksKey], async ({ id, ...change }: WebhookChange & { id: string }) =>
    unwrap(await client.PATCH('/api/v1/webhooks/{id}', { params: { path: { id } }, body: change })),
  );
}

export function useRemoveWebhook() {
  return useChanging([webhooksKey], async (id: string) =>
    unwrap(await client.DELETE('/api/v1/webhooks/{id}', { params: { path: { id } } })),
  );
}

export function useRenewSecret() {
  return useChanging([webhooksKey], async (id: string) =>
    unwrap(await client.POST('/api/v1/webhooks/{id}/secret', { params: { path: { id } } })),
  );
}

/** What a webhook was told, the newest first; looked at again every few seconds, for what waits is tried meanwhile. */
export function useDeliveries(webhook: string) {
  return useInfiniteQuery({
    queryKey: deliveriesKey(webhook),
    queryFn: async ({ pageParam, signal }) =>
      unwrap(
        await client.GET('/api/v1/webhooks/{id}/deliveries', {
          params: { path: { id: webhook }, query: { limit: 50, after: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: 5000,
  });
}

export function useReplay(webhook: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) =>
      unwrap(await client.POST('/api/v1/deliveries/{id}/replay', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: deliveriesKey(webhook) }),
  });
}
