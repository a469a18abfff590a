// Knocking at a room's door: hearing what comes of it, going away, and hearing of a free place.
import type { ApiError } from './ApiError';
import { listen } from './events';
import type { components } from './schema';

export type KnockEvent = components['schemas']['KnockEvent'];

/** Hears what comes of a knock until the returned function is called. Listening is what keeps a knock alive. */
export function followKnock(
  knock: string,
  onEvent: (event: KnockEvent) => void,
  onRefused: (error: ApiError) => void,
): () => void {
  return listen(path(knock), { onEvent, onRefused });
}

/** Goes away from the door: hosts see nobody there any more. Said even while the page is being left. */
export function giveUpKnock(knock: string): void {
  // Whoever cannot say it is given up a little later.
  fetch(path(knock), { method: 'DELETE', keepalive: true }).catch(() => undefined);
}

/** Hears whether there is a place in a room until the returned function is called. */
export function followPlace(
  address: string,
  onPlace: (place: boolean) => void,
  onRefused: (error: ApiError) => void,
): () => void {
  return listen<components['schemas']['PlaceEvent']>(`/api/v1/rooms/${encodeURIComponent(address)}/place`, {
    onEvent: ({ place }) => onPlace(place),
    onRefused,
  });
}

function path(knock: string): string {
  return `/api/v1/knocks/${encodeURIComponent(knock)}`;
}
