// Decides what stands where: who or what has the stage, who is in the grid or strip, and whether oneself floats.
import { pictureKey, type PersonInCall, type PictureKey, type PictureSource } from '../../../call';

export type Layout = 'grid' | 'speaker';
/** Oneself: among the others (small where there is only one of them), always small in a corner, or not at all. */
export type SelfView = 'grid' | 'floating' | 'hidden';

export interface Tile {
  key: PictureKey;
  source: PictureSource;
  person: PersonInCall;
}
export interface Arrangement {
  stage: Tile | null;
  /** Everyone in the grid, or in the strip beside the stage. */
  tiles: Tile[];
  floating: Tile | null;
  /** The others' shared screens, in order of arrival, wherever they stand. */
  screens: PictureKey[];
}

interface Wishes {
  people: readonly PersonInCall[];
  /** Ids of the others, in the order of their tiles. */
  order: readonly string[];
  layout: Layout;
  pinned: PictureKey | null;
  speaker: string | null;
  selfView: SelfView;
}

export function arrange(wishes: Wishes): Arrangement {
  const { people, order, layout, pinned, speaker, selfView } = wishes;
  const byId = new Map(people.map((person) => [person.id, person]));
  const camera = (person: PersonInCall): Tile => ({
    key: pictureKey('camera', person.id),
    source: 'camera',
    person,
  });
  const others = order.flatMap((id) => byId.get(id) ?? []).map(camera);
  const self = people.find((person) => person.isSelf);
  // One's own screen is not shown back: a mirror before a mirror helps nobody.
  const screens = people
    .filter((person) => person.sharing && !person.isSelf)
    .map((person): Tile => ({ key: pictureKey('screen', person.id), source: 'screen', person }));

  const keys = screens.map((tile) => tile.key);

  const everything = [...screens, ...others, ...(self ? [camera(self)] : [])];
  const wanted = everything.find((tile) => tile.key === pinned);
  const speaking = layout === 'speaker' ? others.find((tile) => tile.person.id === speaker) : undefined;
  const stage = wanted ?? screens[screens.length - 1] ?? speaking ?? null;

  const alone = others.length === 0;
  const selfTile = self && (selfView !== 'hidden' || alone) ? camera(self) : null;
  const rest = [...screens, ...others].filter((tile) => tile.key !== stage?.key);
  if (selfTile && selfTile.key !== stage?.key) {
    // With one other person, or beside a stage without anyone else, oneself floats small over the picture.
    const floats = !alone && (selfView === 'floating' || rest.length + (stage ? 0 : -1) === 0);
    if (floats) return { stage, tiles: rest, floating: selfTile, screens: keys };
    return { stage, tiles: [...rest, selfTile], floating: null, screens: keys };
  }
  return { stage, tiles: rest, floating: null, screens: keys };
}
