// Raised hands keep the order in which they went up, and the list of people shows it.
import { describe, expect, it } from 'vitest';
import { raisedHands, roleOf } from '../call/hands';
import { readRoomState } from '../call/roomState';
import { sortPeople, stateWords } from '../features/room/call/personState';

const person = (identity: string, hand?: string) => ({
  identity,
  attributes: (hand === undefined ? {} : { hand }) as Record<string, string>,
});

describe('raised hands', () => {
  it('take turns in the order they went up', () => {
    const people = [person('a', '1700000002000'), person('b'), person('c', '1700000001000')];
    expect(raisedHands(people)).toEqual(['c', 'a']);
  });
  it('that went up in the same moment stand alike in every browser', () => {
    const [a, b] = [person('a', '1700000001000'), person('b', '1700000001000')];
    expect(raisedHands([b, a])).toEqual(['a', 'b']);
    expect(raisedHands([a, b])).toEqual(['a', 'b']);
  });
  it.each(['', 'up', 'NaN', 'Infinity'])('are not made of "%s"', (hand) => {
    expect(raisedHands([person('a', hand)])).toEqual([]);
  });
});

describe('what the server says', () => {
  it('of a role is believed when it is one', () => {
    expect(['host', 'member', 'guest'].map((role) => roleOf({ role }))).toEqual(['host', 'member', 'guest']);
    expect([roleOf({}), roleOf({ role: 'king' })]).toEqual([null, null]);
  });
  it.each([
    ['{"palabre":1}', true],
    ['{"palabre":1,"door":"open"}', true],
    ['{"palabre":2}', false],
    ['[1]', false],
    ['null', false],
    ['1', false],
    ['not json', false],
    ['', false],
    [undefined, false],
  ])('of the room: %s', (metadata, ours) => expect(readRoomState(metadata).ours).toBe(ours));
});

describe('the list of people', () => {
  const all = [
    { name: 'Zoé', isSelf: true, hand: null },
    { name: 'Samir', isSelf: false, hand: 2 },
    { name: 'Éloïse', isSelf: false, hand: null },
    { name: 'Théo', isSelf: false, hand: 1 },
    { name: 'Fanny', isSelf: false, hand: null },
  ];
  it('begins with raised hands, then oneself, then names as the language sorts them', () => {
    const names = sortPeople(all, (one) => one.name, 'fr').map((one) => one.name);
    expect(names).toEqual(['Théo', 'Samir', 'Zoé', 'Éloïse', 'Fanny']);
  });
  it('tells trouble before everything else', () => {
    const still = {
      connection: 'good',
      sharing: false,
      speaking: false,
      microphoneOn: true,
      cameraOn: true,
    } as const;
    expect(stateWords(still)).toEqual(['state_both_on']);
    expect(stateWords({ ...still, cameraOn: false })).toEqual(['state_microphone_on', 'state_camera_off']);
    expect(stateWords({ ...still, speaking: true, sharing: true, connection: 'poor' })).toEqual([
      'tile_connection_poor',
      'state_sharing',
      'state_speaking',
    ]);
    expect(stateWords({ ...still, microphoneOn: false, cameraOn: false, connection: 'lost' })).toEqual([
      'tile_connection_lost',
      'state_microphone_off',
      'state_camera_off',
    ]);
  });
});
