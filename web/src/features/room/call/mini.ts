// What the small window shows: a shared screen with whoever speaks, else the people one would look at.
import { pictureKey, type PersonInCall } from '../../../call';
import type { Tile } from './arrange';
import { chooseSpeaker, orderTiles } from './order';

/** More faces than this cannot be told apart in a small window. */
const FACES = 4;

export interface MiniMemory {
  /** Ids in the order of their tiles. */
  order: readonly string[];
  speaker: string | null;
}

export interface MiniView {
  tiles: Tile[];
  memory: MiniMemory;
  /** How many people are not shown. */
  hidden: number;
}

/** People keep their places unless somebody out of sight speaks; oneself is shown only when alone. */
export function arrangeMini(memory: MiniMemory, people: readonly PersonInCall[], now: number): MiniView {
  const tile = (person: PersonInCall, source: Tile['source']): Tile => ({
    key: pictureKey(source, person.id),
    source,
    person,
  });
  const order = orderTiles(memory.order, people, FACES);
  const speaker = chooseSpeaker(memory.speaker, people, now);
  const others = order.flatMap((id) => people.find((person) => person.id === id) ?? []);
  const screen = people.filter((person) => person.sharing && !person.isSelf).at(-1);
  const faces = screen ? others.filter((person) => person.id === speaker) : others.slice(0, FACES);
  const shown = faces.length > 0 ? faces : people.filter((person) => person.isSelf);
  return {
    tiles: [...(screen ? [tile(screen, 'screen')] : []), ...shown.map((person) => tile(person, 'camera'))],
    memory: { order, speaker },
    hidden: others.length - faces.length,
  };
}

/** The one picture of a window that can show no more: a shared screen, else whoever speaks and has a camera on. */
export function onePicture(
  people: readonly PersonInCall[],
): { person: PersonInCall; source: Tile['source'] } | null {
  const others = people.filter((person) => !person.isSelf);
  const screen = others.filter((person) => person.screenTrack !== null).at(-1);
  if (screen) return { person: screen, source: 'screen' };
  const [latest] = others
    .filter((person) => person.cameraTrack !== null)
    .sort((a, b) => Number(b.speaking) - Number(a.speaking) || b.lastSpokeAt - a.lastSpokeAt);
  return latest ? { person: latest, source: 'camera' } : null;
}
