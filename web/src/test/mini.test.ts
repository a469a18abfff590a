// The small window shows whom one would look at, and leaves people in their places.
import { expect, it } from 'vitest';
import type { PersonInCall } from '../call/types';
import { arrangeMini, onePicture } from '../features/room/call/mini';
import { person } from './person';

const nothing = { order: [], speaker: null };
const keys = (people: PersonInCall[], memory: Parameters<typeof arrangeMini>[0] = nothing) =>
  arrangeMini(memory, people, 1000).tiles.map((tile) => tile.key);

it('shows the others, and oneself only when alone', () => {
  expect(keys([person('me')])).toEqual(['camera:me']);
  expect(keys([person('me'), person('a'), person('b')])).toEqual(['camera:a', 'camera:b']);
});

it('shows four of many, says how many more there are, and brings in whoever speaks', () => {
  const crowd = ['me', 'a', 'b', 'c', 'd', 'e', 'f'].map((id) => person(id));
  const first = arrangeMini(nothing, crowd, 1000);
  expect(first.tiles.map((tile) => tile.person.id)).toEqual(['a', 'b', 'c', 'd']);
  expect(first.hidden).toBe(2);
  const speaking = crowd.map((one) => (one.id === 'f' ? { ...one, speaking: true, lastSpokeAt: 900 } : one));
  const then = arrangeMini(first.memory, speaking, 1000);
  expect(then.tiles.map((tile) => tile.person.id).sort()).toEqual(['b', 'c', 'd', 'f']);
  expect(then.tiles.filter((tile, i) => tile.person.id === first.tiles[i]?.person.id)).toHaveLength(3);
});

it('gives a shared screen its place, beside whoever speaks', () => {
  const people = [
    person('me'),
    person('a', { sharing: true }),
    person('b', { speaking: true, lastSpokeAt: 900 }),
  ];
  expect(keys(people)).toEqual(['screen:a', 'camera:b']);
  expect(keys([person('me', { sharing: true }), person('a')])).toEqual(['camera:a']);
});

it('has one picture at most where there is room for no more', () => {
  expect(onePicture([person('me')])).toBeNull();
  expect(onePicture([person('me'), person('a', { cameraTrack: null })])).toBeNull();
  const talk = [
    person('a', { lastSpokeAt: 5 }),
    person('b', { lastSpokeAt: 9, cameraTrack: null }),
    person('c'),
  ];
  expect(onePicture(talk)?.person.id).toBe('a');
  const shared = [...talk, person('d', { sharing: true, screenTrack: 'screen of d' })];
  expect(onePicture(shared)).toMatchObject({ person: { id: 'd' }, source: 'screen' });
});
