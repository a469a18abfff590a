// What can be said of somebody in the list of people: the order of the list, and the words below a name.
import type { PersonInCall } from '../../../call';

export type StateWord =
  | 'tile_connection_lost'
  | 'tile_connection_poor'
  | 'state_sharing'
  | 'state_speaking'
  | 'state_both_on'
  | 'state_microphone_on'
  | 'state_microphone_off'
  | 'state_camera_off';

type Told = Pick<PersonInCall, 'connection' | 'sharing' | 'speaking' | 'microphoneOn' | 'cameraOn'>;

/** Trouble first, then what they do, then their devices. */
export function stateWords(person: Told): StateWord[] {
  const { connection, sharing, speaking, microphoneOn, cameraOn } = person;
  const words: StateWord[] = [];
  if (connection === 'lost') words.push('tile_connection_lost');
  if (connection === 'poor') words.push('tile_connection_poor');
  if (sharing) words.push('state_sharing');
  if (speaking) words.push('state_speaking');
  else if (microphoneOn) words.push(cameraOn ? 'state_both_on' : 'state_microphone_on');
  if (!microphoneOn) words.push('state_microphone_off');
  if (!cameraOn) words.push('state_camera_off');
  return words;
}

/** Raised hands first, in the order of their turns, then oneself, then everybody by name. */
export function sortPeople<T extends Pick<PersonInCall, 'hand' | 'isSelf'>>(
  people: readonly T[],
  nameOf: (person: T) => string,
  language: string,
): T[] {
  return [...people].sort(
    (a, b) =>
      (a.hand ?? Infinity) - (b.hand ?? Infinity) ||
      Number(b.isSelf) - Number(a.isSelf) ||
      nameOf(a).localeCompare(nameOf(b), language),
  );
}
