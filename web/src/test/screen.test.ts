// What is shared is named as it is, and the two mistakes people make with it are recognised.
import { expect, it } from 'vitest';
import { describeShown } from '../call/screen';

const clues = {
  displaySurface: 'monitor',
  handle: undefined,
  ownHandle: 'me',
  sound: false,
  leavesOutOwnSound: false,
};

it.each([
  ['monitor', 'screen'],
  ['window', 'window'],
  ['browser', 'tab'],
  ['application', null],
  [undefined, null],
])('calls %s %s', (displaySurface, surface) => {
  expect(describeShown({ ...clues, displaySurface }).surface).toBe(surface);
});

it('recognises the tab of the call, and only that one', () => {
  const tab = { ...clues, displaySurface: 'browser' };
  expect(describeShown({ ...tab, handle: 'me' }).ownTab).toBe(true);
  expect(describeShown({ ...tab, handle: 'another call' }).ownTab).toBe(false);
  expect(describeShown(tab).ownTab).toBe(false);
});

it('fears an echo where the call itself would be heard', () => {
  const echo = (change: Partial<typeof clues>) => describeShown({ ...clues, sound: true, ...change }).echo;
  expect(echo({})).toBe(true);
  expect(echo({ sound: false })).toBe(false);
  expect(echo({ leavesOutOwnSound: true })).toBe(false);
  expect(echo({ displaySurface: 'browser' })).toBe(false);
  expect(echo({ displaySurface: 'window' })).toBe(false);
});
