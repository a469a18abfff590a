// The grid fills the space it is given, never beyond it, and turns pages before faces become unrecognisable.
import { describe, expect, it } from 'vitest';
import {
  chooseGrid,
  narrowestShape,
  pageCapacity,
  selfOnFirstPage,
  slicePage,
  stripCapacity,
} from '../features/room/call/grid';

const desktop = { width: 1248, height: 652, gap: 12 };
const phone = { width: 340, height: 646, gap: 8 };

describe('chooseGrid', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 2],
    [6, 3],
    [9, 3],
    [25, 5],
  ])('puts %i people on a desktop in %i columns', (count, columns) =>
    expect(chooseGrid(desktop, count).columns).toBe(columns),
  );
  it.each([
    [2, 1],
    [3, 1],
    [6, 2],
  ])('puts %i people on a phone in %i columns', (count, columns) =>
    expect(chooseGrid(phone, count).columns).toBe(columns),
  );
  it('never overflows and never crops further than allowed', () => {
    for (const space of [
      desktop,
      phone,
      { width: 1888, height: 932, gap: 12 },
      { width: 700, height: 300, gap: 8 },
    ]) {
      for (let count = 1; count <= 25; count++) {
        const { columns, rows, tileWidth, tileHeight } = chooseGrid(space, count);
        expect(columns * rows).toBeGreaterThanOrEqual(count);
        expect(columns * tileWidth + (columns - 1) * space.gap).toBeLessThanOrEqual(space.width);
        expect(rows * tileHeight + (rows - 1) * space.gap).toBeLessThanOrEqual(space.height);
        expect(tileWidth / tileHeight).toBeLessThan(16 / 9 + 0.02);
        expect(tileWidth / tileHeight).toBeGreaterThan(narrowestShape(space, count) - 0.02);
      }
    }
  });
  it('survives having no space at all', () => {
    expect(chooseGrid({ width: 0, height: 0, gap: 12 }, 4)).toMatchObject({ tileWidth: 0 });
  });
});

describe('pages', () => {
  const limits = { minTileWidth: 160, maxTiles: 25 };
  it('shows at most 25 on a desktop and 6 on a phone', () => {
    expect(pageCapacity(desktop, 50, limits)).toBe(25);
    expect(pageCapacity(phone, 50, { minTileWidth: 120, maxTiles: 6 })).toBe(6);
  });
  it('shows fewer when tiles would become too small', () => {
    const small = { width: 600, height: 300, gap: 12 };
    const capacity = pageCapacity(small, 50, limits);
    expect(capacity).toBeLessThan(25);
    expect(chooseGrid(small, capacity).tileWidth).toBeGreaterThanOrEqual(160);
  });
  it('slices without losing anyone, and comes back when pages vanish', () => {
    const people = [1, 2, 3, 4, 5, 6, 7];
    expect(slicePage(people, 0, 3)).toEqual({ items: [1, 2, 3], page: 0, pages: 3 });
    expect(slicePage(people, 2, 3)).toEqual({ items: [7], page: 2, pages: 3 });
    expect(slicePage(people, 9, 3).page).toBe(2);
    expect(slicePage([], 4, 3)).toEqual({ items: [], page: 0, pages: 1 });
  });
  it('keeps one’s own tile last on the first page', () => {
    const tile = (isSelf: boolean) => ({ person: { isSelf } });
    const tiles = [tile(false), tile(false), tile(false), tile(false), tile(true)];
    expect(selfOnFirstPage(tiles, 3).map((one) => one.person.isSelf)).toEqual([
      false,
      false,
      true,
      false,
      false,
    ]);
    expect(selfOnFirstPage(tiles, 5)).toEqual(tiles);
  });
  it('counts the tiles of a strip', () => {
    expect(stripCapacity(652, 108, 12)).toBe(5);
    expect(stripCapacity(50, 108, 12)).toBe(1);
  });
});
