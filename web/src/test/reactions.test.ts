// Reactions travel as one word, are believed only when known, and never faster than people applaud.
import { describe, expect, it } from 'vitest';
import { Allowance } from '../call/allowance';
import { decodeReaction, encodeReaction, reactionKinds } from '../call/reactionKinds';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('a reaction', () => {
  it.each(reactionKinds)('%s arrives as it was sent', (kind) => {
    expect(decodeReaction(encodeReaction(kind))).toBe(kind);
  });
  it.each([
    ['an unknown one', '{"reaction":"fireworks"}'],
    ['a property every object has', '{"reaction":"constructor"}'],
    ['another message', '{"hand":true}'],
    ['a bare word', '"applause"'],
    ['nothing', 'null'],
    ['an empty payload', ''],
    ['half of one', '{"reaction":"appl'],
    ['a long one', `{"reaction":"applause","x":"${'x'.repeat(100)}"}`],
  ])('is not made of %s', (_, text) => {
    expect(decodeReaction(bytes(text))).toBeNull();
  });
  it('is not made of bytes that are no text', () => {
    expect(decodeReaction(new Uint8Array([0xff, 0xfe, 0x00]))).toBeNull();
  });
});

describe('an allowance', () => {
  it('gives a few in a row, then one at each interval', () => {
    const allowance = new Allowance(3, 1000, 0);
    expect([0, 1, 2, 3].map((now) => allowance.take(now))).toEqual([true, true, true, false]);
    expect(allowance.take(900)).toBe(false);
    expect(allowance.take(1003)).toBe(true);
    expect(allowance.take(1004)).toBe(false);
  });
  it('saves up no more than a row', () => {
    const allowance = new Allowance(2, 1000, 0);
    expect([0, 1, 2].map((extra) => allowance.take(3_600_000 + extra))).toEqual([true, true, false]);
  });
  it('is used up by whoever never stops', () => {
    const allowance = new Allowance(5, 800, 0);
    let taken = 0;
    for (let now = 0; now < 8000; now += 10) if (allowance.take(now)) taken++;
    expect(taken).toBe(14);
  });
});
