// How all pages ask the server: what was refused is not asked again, and whoever is signed out is so on every page.
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError, isSignedOut } from './ApiError';
import { meKey } from './me';

/** Questions that got no answer are asked again this often. */
const tries = 2;

export function makeQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (isSignedOut(error)) queries.setQueryData(meKey, null);
  };
  const queries = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 2000,
        refetchOnWindowFocus: true,
        retry: (failures, error) => !(error instanceof ApiError) && failures < tries,
      },
    },
  });
  return queries;
}
