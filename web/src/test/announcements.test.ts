// What happens to many at once is said once.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Announcements } from '../call/Announcements';
import { listNames } from '../ui/listNames';

describe('announcements', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const nadia = { identity: 'n', name: 'Nadia' };
  const theo = { identity: 't', name: 'Théo' };

  it('gather those who do the same, and count nobody twice', () => {
    const changed = vi.fn();
    const announcements = new Announcements(changed);
    announcements.add('reaction_applause', nadia);
    announcements.add('reaction_applause', nadia);
    announcements.add('reaction_applause', theo);
    announcements.add('joined', theo);
    expect(announcements.newest).toEqual([]);
    vi.runAllTimers();
    expect(announcements.newest).toEqual([
      { id: 1, kind: 'reaction_applause', names: ['Nadia', 'Théo'], count: 2 },
      { id: 2, kind: 'joined', names: ['Théo'], count: 1 },
    ]);
    expect(changed).toHaveBeenCalledOnce();
  });
  it('name one and count the others of a crowd', () => {
    const announcements = new Announcements(() => undefined);
    for (let i = 0; i < 30; i++) announcements.add('joined', { identity: String(i), name: `P${i}` });
    vi.runAllTimers();
    expect(announcements.newest).toEqual([{ id: 1, kind: 'joined', names: ['P0'], count: 30 }]);
  });
  it('do not wait for ever: what comes later is another sentence', () => {
    const announcements = new Announcements(() => undefined);
    announcements.add('joined', nadia);
    vi.advanceTimersByTime(600);
    announcements.add('joined', theo);
    vi.advanceTimersByTime(150);
    expect(announcements.newest[0]?.count).toBe(2);
    announcements.add('joined', nadia);
    vi.runAllTimers();
    expect(announcements.newest).toEqual([{ id: 2, kind: 'joined', names: ['Nadia'], count: 1 }]);
  });
  it('end with the call', () => {
    const changed = vi.fn();
    const announcements = new Announcements(changed);
    announcements.add('left', nadia);
    announcements.close();
    vi.runAllTimers();
    expect(changed).not.toHaveBeenCalled();
  });
});

it('names are joined as the language does', () => {
  const others = (count: number) => `${count} autres`;
  expect(listNames(['Nadia'], 1, others, 'fr')).toBe('Nadia');
  expect(listNames(['Nadia', 'Théo'], 2, others, 'fr')).toBe('Nadia et Théo');
  expect(listNames(['Nadia'], 3, others, 'fr')).toBe('Nadia et 2 autres');
  expect(listNames(['Nadia', 'Théo'], 5, (count) => `${count} others`, 'en')).toBe(
    'Nadia, Théo, and 3 others',
  );
});
