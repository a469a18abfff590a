// Zooming keeps what one looks at in place, and never shows beyond the edge of the picture.
import { describe, expect, it } from 'vitest';
import { everything, keyed, move, step, wheelFactor, zoomTo, type View } from '../features/room/call/zoom';

const frame = { width: 1000, height: 500 };
const round = ({ scale, x, y }: View) => [scale, x, y].map((value) => Math.round(value * 1000) / 1000 + 0);

describe('zooming', () => {
  it('keeps the point under the finger where it is', () => {
    const view = zoomTo(everything, 2, { x: 300, y: 100 }, frame);
    expect(round(view)).toEqual([2, -300, -100]);
    // The pixel of the picture under the finger, before and after.
    expect((300 - view.x) / view.scale).toBe(300);
    expect(round(zoomTo(view, 4, { x: 300, y: 100 }, frame))).toEqual([4, -900, -300]);
  });
  it('never shows beyond the edge', () => {
    expect(round(zoomTo({ scale: 4, x: 0, y: 0 }, 2, { x: 1000, y: 500 }, frame))).toEqual([2, 0, 0]);
    expect(round(move({ scale: 2, x: -500, y: -250 }, { x: 9999, y: -9999 }, frame))).toEqual([2, 0, -500]);
    expect(round(move(everything, { x: 50, y: 50 }, frame))).toEqual([1, 0, 0]);
  });
  it('has an end on both sides', () => {
    expect(zoomTo(everything, 100, { x: 0, y: 0 }, frame).scale).toBe(8);
    expect(zoomTo(everything, 0.1, { x: 0, y: 0 }, frame).scale).toBe(1);
  });
  it('goes in steps around the middle, and back to everything', () => {
    let view: View = everything;
    const scales = [];
    for (let next = step(view, 1, frame); next; next = step(view, 1, frame)) scales.push((view = next).scale);
    expect(scales).toEqual([1.5, 2, 3, 4, 6, 8]);
    expect(round(zoomTo(everything, 1.5, { x: 500, y: 250 }, frame))).toEqual(
      round(step(everything, 1, frame)!),
    );
    for (let next = step(view, -1, frame); next; next = step(view, -1, frame)) view = next;
    expect(round(view)).toEqual([1, 0, 0]);
  });
  it('finds the next step from between two', () => {
    expect(step({ scale: 1.7, x: 0, y: 0 }, 1, frame)?.scale).toBe(2);
    expect(step({ scale: 1.7, x: 0, y: 0 }, -1, frame)?.scale).toBe(1.5);
  });
  it('follows the wheel gently, whatever it says', () => {
    expect(wheelFactor(0)).toBe(1);
    expect(wheelFactor(-5)).toBeCloseTo(1.04, 2);
    expect(wheelFactor(-100_000)).toBeLessThan(1.7);
    expect(wheelFactor(100_000) * wheelFactor(-100_000)).toBeCloseTo(1);
  });
});

describe('keys', () => {
  it('zoom and move', () => {
    expect(keyed('+', everything, frame)?.scale).toBe(1.5);
    expect(keyed('=', everything, frame)?.scale).toBe(1.5);
    const near = { scale: 2, x: -500, y: -250 };
    expect(keyed('-', near, frame)?.scale).toBe(1.5);
    expect(keyed('0', near, frame)).toEqual(everything);
    expect(round(keyed('ArrowRight', near, frame)!)).toEqual([2, -650, -250]);
    expect(round(keyed('ArrowUp', near, frame)!)).toEqual([2, -500, -175]);
  });
  it('are left to the page when they would do nothing', () => {
    expect(
      ['-', '0', 'ArrowLeft', 'a', 'Tab', 'PageDown'].map((key) => keyed(key, everything, frame)),
    ).toEqual(new Array(6).fill(null));
  });
});
