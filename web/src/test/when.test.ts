import { expect, it } from 'vitest';
import { spanOf } from '../features/meetings/when';

it('counts whole minutes, and hours of sixty', () => {
  for (const [seconds, hours, minutes] of [
    [0, 0, 0],
    [59.9, 0, 0],
    [60, 0, 1],
    [3599, 0, 59],
    [3900, 1, 5],
    [-3, 0, 0],
  ] as const) {
    expect(spanOf(seconds)).toEqual({ hours, minutes });
  }
});
