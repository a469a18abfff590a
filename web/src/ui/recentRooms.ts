// The rooms this browser entered last; kept here only, never sent anywhere.
import { remember, remembered } from './preferences';

export interface RecentRoom {
  address: string;
  name: string;
}
const KEPT = 6;

export function recentRooms(): RecentRoom[] {
  try {
    const kept: unknown = JSON.parse(remembered('rooms') ?? '[]');
    if (!Array.isArray(kept)) return [];
    return kept.filter(
      (one): one is RecentRoom =>
        typeof one === 'object' &&
        one !== null &&
        typeof one.address === 'string' &&
        typeof one.name === 'string',
    );
  } catch {
    return [];
  }
}

export function rememberRoom(room: RecentRoom): void {
  const others = recentRooms().filter((one) => one.address !== room.address);
  remember('rooms', JSON.stringify([room, ...others].slice(0, KEPT)));
}

export function forgetRoom(address: string): RecentRoom[] {
  const kept = recentRooms().filter((one) => one.address !== address);
  remember('rooms', kept.length > 0 ? JSON.stringify(kept) : null);
  return kept;
}
