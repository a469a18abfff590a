// Server data the pages read, with how long it stays fresh.
import { useQuery } from '@tanstack/react-query';
import { readRoom } from './client';

/** Who is in a room now; asked again every few seconds while someone looks. */
export function useRoom(address: string, options: { everySeconds: number; enabled?: boolean }) {
  return useQuery({
    queryKey: ['room', address],
    queryFn: ({ signal }) => readRoom(address, signal),
    enabled: options.enabled ?? true,
    refetchInterval: options.everySeconds * 1000,
  });
}
