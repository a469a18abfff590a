// What stands where: pins before screens, screens before speakers, oneself small or last.
import { expect, it } from 'vitest';
import type { PersonInCall } from '../call/types';
import { arrange, type Layout, type SelfView } from '../features/room/call/arrange';
import { person } from './person';

const show = (people: PersonInCall[], change: Partial<Parameters<typeof arrange>[0]> = {}) => {
  const { stage, tiles, floating } = arrange({
    people,
    order: people.filter((one) => !one.isSelf).map((one) => one.id),
    layout: 'grid' as Layout,
    pinned: null,
    speaker: null,
    selfView: 'grid' as SelfView,
    ...change,
  });
  return { stage: stage?.key ?? null, tiles: tiles.map((tile) => tile.key), floating: floating?.key ?? null };
};

it('shows only oneself when alone, even when hidden', () => {
  expect(show([person('me')], { selfView: 'hidden' })).toEqual({
    stage: null,
    tiles: ['camera:me'],
    floating: null,
  });
});
it('floats oneself over the only other person', () => {
  expect(show([person('me'), person('a')])).toEqual({
    stage: null,
    tiles: ['camera:a'],
    floating: 'camera:me',
  });
});
it('closes the grid with oneself, or not at all', () => {
  const people = [person('a'), person('me'), person('b')];
  expect(show(people).tiles).toEqual(['camera:a', 'camera:b', 'camera:me']);
  expect(show(people, { selfView: 'hidden' }).tiles).toEqual(['camera:a', 'camera:b']);
});
it('gives the stage to a shared screen, and to a pin before it', () => {
  const people = [person('me'), person('a', { sharing: true }), person('b')];
  expect(show(people)).toEqual({
    stage: 'screen:a',
    tiles: ['camera:a', 'camera:b', 'camera:me'],
    floating: null,
  });
  expect(show(people, { pinned: 'camera:b' })).toMatchObject({ stage: 'camera:b' });
  expect(show(people, { pinned: 'camera:b' }).tiles).toContain('screen:a');
});
it('does not show one’s own screen back', () => {
  expect(show([person('me', { sharing: true }), person('a')]).stage).toBeNull();
});
it('puts the speaker on the stage in speaker view, the others in the strip', () => {
  const people = [person('me'), person('a'), person('b')];
  expect(show(people, { layout: 'speaker', speaker: 'b' })).toEqual({
    stage: 'camera:b',
    tiles: ['camera:a', 'camera:me'],
    floating: null,
  });
});
it('forgets a pin whose person left', () => {
  expect(show([person('me'), person('a'), person('b')], { pinned: 'camera:gone' }).stage).toBeNull();
});
