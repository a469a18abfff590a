// Whoever is not answered is heard again; whoever was asked to wait is not.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { unanswered } from '../api/hosting';
import { AGAIN, keepRinging } from '../features/room/hosting/knockSound';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('rings again until somebody answers, and no more once it is ended', () => {
  let door: { state: 'waiting' | 'held' }[] = [{ state: 'waiting' }];
  let rung = 0;
  const end = keepRinging(
    () => unanswered(door),
    () => void rung++,
  );
  vi.advanceTimersByTime(AGAIN * 2);
  expect(rung).toBe(2);
  door = [{ state: 'held' }];
  vi.advanceTimersByTime(AGAIN * 3);
  expect(rung).toBe(2);
  door = [{ state: 'held' }, { state: 'waiting' }];
  vi.advanceTimersByTime(AGAIN);
  expect(rung).toBe(3);
  end();
  vi.advanceTimersByTime(AGAIN * 3);
  expect(rung).toBe(3);
});
