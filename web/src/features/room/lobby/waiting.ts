// What somebody waits for at the door, and what can be said of it.
import type { KnockEvent } from '../../../api/knocks';

/** For a host's answer to a knock, or for a place in a full room. */
export type Waiting = { for: 'answer'; knock: string } | { for: 'place' };

/** Each has a title and a text, `lobby:{stand}.title` and `lobby:{stand}.text`. */
export type Stand = 'knocking' | 'nobody' | 'held' | 'full' | 'entering';

/** What is said to whoever knocks; null when the event ends the waiting. */
export function standOf(event: KnockEvent): Stand | null {
  switch (event.state) {
    case 'waiting':
      return event.answerers ? 'knocking' : 'nobody';
    case 'held':
      return 'held';
    case 'full':
      return 'full';
    default:
      return null;
  }
}
