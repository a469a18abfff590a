// The level meter: silence is nothing, ordinary speech moves it, and it never leaves its scale.
import { expect, it } from 'vitest';
import { loudness } from '../call/level';

it('stays between silence and full', () => {
  expect(loudness(new Float32Array(64))).toBe(0);
  expect(loudness([])).toBe(0);
  expect(loudness(new Float32Array(64).fill(1))).toBe(1);
  const speech = loudness(new Float32Array(64).fill(0.05));
  expect(speech).toBeGreaterThan(0.4);
  expect(speech).toBeLessThan(0.9);
});
