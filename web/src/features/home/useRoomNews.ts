// Keeps the rooms on a page as they are now.
import { useQuery } from '@tanstack/react-query';
import { roomsQuery } from '../../api/rooms';

/** How often the list is asked for again, in milliseconds. */
const everySoOften = 10_000;

export function useRoomNews(): void {
  useQuery({ ...roomsQuery, refetchInterval: everySoOften });
}
