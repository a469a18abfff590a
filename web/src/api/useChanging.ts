// Changing something on the server: what was read of it before is read again.
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';

/** It is done when the pages that show what has these keys show it as it is now. */
export function useChanging<In, Out>(keys: readonly QueryKey[], act: (input: In) => Promise<Out>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
