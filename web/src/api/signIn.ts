// The ways to sign in: a link that works once, and a code sent by mail.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, unwrap } from './client';
import { becomes } from './me';
import type { components } from './schema';

export type CodeAsked = components['schemas']['CodeAsked'];
export type SignedInAs = components['schemas']['SignedInAs'];

export function useSignInByLink() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (secret: string) =>
      unwrap(await client.POST('/api/v1/sign-in/link', { body: { secret } })),
    onSuccess: (me) => becomes(queries, me),
  });
}

/** Asks for a code; the answer is the same for mailboxes that nobody here has. */
export function useAskForCode() {
  return useMutation({
    mutationFn: async ({ email, language }: { email: string; language: string }): Promise<CodeAsked> =>
      unwrap(await client.POST('/api/v1/sign-in/codes', { body: { email, language } })),
  });
}

/** Somebody new is not yet whom the pages show: they say their name first. */
export function useTryCode() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, code, language }: { id: string; code: string; language: string }) =>
      unwrap(
        await client.POST('/api/v1/sign-in/codes/{id}', {
          params: { path: { id } },
          body: { code, language },
        }),
      ),
    onSuccess: (me) => {
      if (!me.new) becomes(queries, me);
    },
  });
}
