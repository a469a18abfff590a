// Server data the pages read, with how long it stays fresh.
import { useQuery } from '@tanstack/react-query';
import { readRoom } from './client';

/** The longest page of a list the server gives. */
export const longestPage = 500;

/** Everything that was read of single rooms. */
export const everyRoomKey = ['room'] as const;

/** What was read of the room of an address. */
export const roomKey = (address: string) => [...everyRoomKey, address] as const;

/** Who is in a room now; asked again every few seconds while someone looks. */
export function useRoom(address: string, options: { everySeconds: number; enabled?: boolean }) {
  return useQuery({
    queryKey: roomKey(address),
    queryFn: ({ signal }) => readRoom(address, signal),
    enabled: options.enabled ?? true,
    refetchInterval: options.everySeconds * 1000,
  });
}
