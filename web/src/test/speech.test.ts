// Talking is noticed soon; a door, a cough and a quiet room are not talking.
import { expect, it } from 'vitest';
import { TalkDetector } from '../call/speech';

/** Feeds levels every 50 ms and answers after how many milliseconds talking was noticed; null when it was not. */
function noticedAfter(levels: (at: number) => number, lasting: number, every = 50): number | null {
  const detector = new TalkDetector();
  for (let at = 0; at <= lasting; at += every) if (detector.hear(levels(at), at)) return at;
  return null;
}

it('notices syllables within a second and a half', () => {
  const syllables = (at: number) => (at % 250 < 150 ? 0.7 : 0.1);
  const after = noticedAfter(syllables, 5000);
  expect(after).toBeGreaterThanOrEqual(500);
  expect(after).toBeLessThanOrEqual(1500);
});
it.each([
  ['a quiet room', () => 0.2],
  ['a slamming door', (at: number) => (at < 200 ? 1 : 0.1)],
  ['typing', (at: number) => (at % 300 < 50 ? 0.6 : 0.1)],
])('is not deceived by %s', (_, levels) => expect(noticedAfter(levels, 10_000)).toBeNull());
it('does not take a page that slept for one long word', () => {
  expect(noticedAfter((at) => (at % 20_000 === 0 ? 1 : 0), 100_000, 5000)).toBeNull();
});
it('ends soon after the last word', () => {
  const detector = new TalkDetector();
  for (let at = 0; at < 2000; at += 50) detector.hear(0.8, at);
  expect(detector.hear(0, 2000)).toBe(true);
  expect(detector.hear(0, 3300)).toBe(false);
});
