// Tiles hold still: only someone out of sight who speaks may move, and only one place changes.
import { describe, expect, it } from 'vitest';
import { chooseSpeaker, orderTiles, type Orderable } from '../features/room/call/order';

const person = (id: string, change: Partial<Orderable> = {}): Orderable => ({
  id,
  isSelf: false,
  speaking: false,
  lastSpokeAt: 0,
  ...change,
});

describe('orderTiles', () => {
  it('keeps everyone in place when somebody leaves or arrives', () => {
    const before = ['a', 'b', 'c'];
    expect(orderTiles(before, [person('a'), person('c'), person('d')], 9)).toEqual(['a', 'c', 'd']);
  });
  it('leaves a speaker on the first page where they are', () => {
    const people = [person('a'), person('b', { speaking: true, lastSpokeAt: 9 }), person('c')];
    expect(orderTiles(['a', 'b', 'c'], people, 2)).toEqual(['a', 'b', 'c']);
  });
  it('brings a hidden speaker to the place of whoever was silent longest', () => {
    const people = [
      person('a', { lastSpokeAt: 50 }),
      person('b', { lastSpokeAt: 10 }),
      person('c', { speaking: true, lastSpokeAt: 99 }),
      person('d'),
    ];
    expect(orderTiles(['a', 'b', 'c', 'd'], people, 2)).toEqual(['a', 'c', 'b', 'd']);
  });
  it('moves nobody when everyone on the first page speaks', () => {
    const people = ['a', 'b', 'c'].map((id) => person(id, { speaking: true }));
    expect(orderTiles(['a', 'b', 'c'], people, 2)).toEqual(['a', 'b', 'c']);
  });
  it('never lists oneself', () => {
    expect(orderTiles([], [person('me', { isSelf: true }), person('a')], 2)).toEqual(['a']);
  });
});

describe('chooseSpeaker', () => {
  it('keeps the speaker through a short pause', () => {
    const people = [person('a', { lastSpokeAt: 1000 }), person('b', { speaking: true, lastSpokeAt: 1500 })];
    expect(chooseSpeaker('a', people, 2000)).toBe('a');
    expect(chooseSpeaker('a', people, 4000)).toBe('b');
  });
  it('keeps the last speaker while all are silent', () => {
    expect(chooseSpeaker('a', [person('a'), person('b')], 9000)).toBe('a');
  });
  it('is never oneself while others are there', () => {
    const people = [person('me', { isSelf: true, speaking: true, lastSpokeAt: 5 }), person('b')];
    expect(chooseSpeaker(null, people, 10)).toBe('b');
  });
  it('forgets a speaker who left', () => {
    expect(chooseSpeaker('gone', [person('b')], 10)).toBe('b');
  });
});
