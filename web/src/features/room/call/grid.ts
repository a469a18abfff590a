// Chooses the grid: the number of columns that gives the largest tiles, cropping them before leaving space empty.

export interface Space {
  width: number;
  height: number;
  gap: number;
}
export interface Grid {
  columns: number;
  rows: number;
  tileWidth: number;
  tileHeight: number;
}
export interface GridLimits {
  /** No tile narrower than this, while fewer would fit better. */
  minTileWidth: number;
  maxTiles: number;
}

const WIDEST = 16 / 9;

/** How far a picture may be cropped: few tiles stay wide, many may become square, phones held upright go further. */
export function narrowestShape(space: Space, count: number): number {
  if (space.height > space.width) return 0.6;
  return count <= 4 ? 4 / 3 : 1;
}

/** Mostly the area of a tile; a little its width, so that pictures are not cropped for next to nothing. */
function worth({ tileWidth, tileHeight }: Grid): number {
  return (tileWidth * tileHeight) ** 0.9 * ((tileWidth * tileWidth) / WIDEST) ** 0.1;
}

export function chooseGrid(space: Space, count: number): Grid {
  const narrowest = narrowestShape(space, count);
  let best: Grid = { columns: 1, rows: Math.max(1, count), tileWidth: 0, tileHeight: 0 };
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const rows = Math.ceil(Math.max(1, count) / columns);
    const cellWidth = (space.width - space.gap * (columns - 1)) / columns;
    const cellHeight = (space.height - space.gap * (rows - 1)) / rows;
    if (cellWidth <= 0 || cellHeight <= 0) continue;
    const tileWidth = Math.floor(Math.min(cellWidth, cellHeight * WIDEST));
    const tileHeight = Math.floor(Math.min(cellHeight, tileWidth / narrowest));
    const grid = { columns, rows, tileWidth, tileHeight };
    if (worth(grid) > worth(best)) best = grid;
  }
  return best;
}

/** The most tiles a page can hold before they become too small to recognise anyone. */
export function pageCapacity(space: Space, count: number, limits: GridLimits): number {
  for (let tiles = Math.min(count, limits.maxTiles); tiles > 1; tiles--) {
    if (chooseGrid(space, tiles).tileWidth >= limits.minTileWidth) return tiles;
  }
  return 1;
}

/** How many tiles of this length stand in a strip. */
export function stripCapacity(length: number, tile: number, gap: number): number {
  return Math.max(1, Math.floor((length + gap) / (tile + gap)));
}

export interface Page<T> {
  items: T[];
  /** Counted from 0, and never beyond the last one. */
  page: number;
  pages: number;
}

export function slicePage<T>(items: readonly T[], page: number, capacity: number): Page<T> {
  const pages = Math.max(1, Math.ceil(items.length / capacity));
  const current = Math.min(Math.max(0, page), pages - 1);
  return { items: items.slice(current * capacity, (current + 1) * capacity), page: current, pages };
}

/** One's own tile closes the first page: always in the same place, whatever the number of pages. */
export function selfOnFirstPage<T extends { person: { isSelf: boolean } }>(
  tiles: readonly T[],
  capacity: number,
): T[] {
  const self = tiles.find((tile) => tile.person.isSelf);
  if (!self || tiles.length <= capacity) return [...tiles];
  const others = tiles.filter((tile) => tile !== self);
  return [...others.slice(0, capacity - 1), self, ...others.slice(capacity - 1)];
}
