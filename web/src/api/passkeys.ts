// Passkeys: what the server asks of the browser's own keys, and what they answer.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError } from './ApiError';
import { client, unwrap } from './client';
import { becomes } from './me';
import { answerOf, creationOptions, requestOptions } from './publicKey';
import type { components } from './schema';
import { useChanging } from './useChanging';

export type Passkey = components['schemas']['MyPasskey'];

const key = ['passkeys'] as const;

/** Whether this browser can have passkeys for this page at all: they belong to a host name, and to secure pages. */
export function canHavePasskeys(): boolean {
  const byNumber = /^[\d.]+$|^\[/.test(location.hostname);
  return typeof PublicKeyCredential !== 'undefined' && isSecureContext && !byNumber;
}

/** Whether somebody closed the browser's dialogue, or let it pass: nothing went wrong. */
export function isDismissed(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError');
}

/** What the browser's own dialogue gives; where it refuses for a reason, one has a sentence for it. */
async function asked(answer: Promise<Credential | null>): Promise<Record<string, unknown>> {
  try {
    return answerOf(await answer);
  } catch (error) {
    if (!(error instanceof DOMException) || isDismissed(error)) throw error;
    const code = error.name === 'InvalidStateError' ? 'passkey_known' : 'passkeys_unavailable';
    throw new ApiError(code, 409);
  }
}

export function usePasskeys() {
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => unwrap(await client.GET('/api/v1/me/passkeys', { signal })).items,
  });
}

export function useAddPasskey() {
  return useChanging([key], async (name: string) => {
    const { ceremony, options } = unwrap(await client.POST('/api/v1/me/passkeys/begin'));
    const credential = await asked(navigator.credentials.create({ publicKey: creationOptions(options) }));
    return unwrap(await client.POST('/api/v1/me/passkeys', { body: { ceremony, name, credential } }));
  });
}

export function useTakePasskeyAway() {
  return useChanging([key], async (id: string) =>
    unwrap(await client.DELETE('/api/v1/me/passkeys/{id}', { params: { path: { id } } })),
  );
}

export function useSignInByPasskey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const { ceremony, options } = unwrap(await client.POST('/api/v1/sign-in/passkeys/begin'));
      const credential = await asked(navigator.credentials.get({ publicKey: requestOptions(options) }));
      return unwrap(await client.POST('/api/v1/sign-in/passkeys', { body: { ceremony, credential } }));
    },
    onSuccess: (me) => becomes(queries, me),
  });
}
