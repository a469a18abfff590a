// Where people are seen: a paged grid, or a stage with a strip; tells the call which pictures are on screen.
import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo, useState } from 'react';
import type { Call, PersonInCall, PictureKey } from '../../../call';
import { VideoTile } from '../../../call/view';
import type { Tile } from './arrange';
import { FloatingSelf } from './FloatingSelf';
import { chooseGrid, pageCapacity, selfOnFirstPage, slicePage, stripCapacity, type Space } from './grid';
import { Pager } from './Pager';
import { SharedScreen } from './SharedScreen';
import classes from './Stage.module.css';
import { useArrangement } from './useArrangement';
import type { LayoutChoices } from './useLayoutChoices';

interface StageProps {
  call: Call;
  people: PersonInCall[];
  choices: LayoutChoices;
  phone: boolean;
}

const GAP = 12;
const PAGER = 52;
const STRIP_TILE = { width: 192, height: 108 };
const STRIP_TILE_PHONE = { width: 128, height: 96 };

export function Stage({ call, people, choices, phone }: StageProps) {
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const [page, setPage] = useState(0);
  const full: Space = { width, height, gap: phone ? 8 : GAP };
  const limits = phone ? { minTileWidth: 120, maxTiles: 6 } : { minTileWidth: 160, maxTiles: 25 };

  // The grid's first page holds this many others, leaving one place for oneself.
  const crowd = people.length;
  const fits = useMemo(
    () => pageCapacity({ width, height, gap: GAP }, crowd, limits),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- limits follow `phone`
    [width, height, crowd, phone],
  );
  const { stage, tiles, floating, screens } = useArrangement(people, choices, Math.max(1, fits - 1));
  const beside = stage !== null && width > height * 1.25;
  const strip = phone ? STRIP_TILE_PHONE : STRIP_TILE;

  let capacity: number;
  if (stage === null) {
    const needed = pageCapacity(full, tiles.length, limits);
    capacity =
      needed < tiles.length
        ? pageCapacity({ ...full, height: height - PAGER }, tiles.length, limits)
        : needed;
  } else {
    const length = beside ? height : width;
    const tile = beside ? strip.height : strip.width;
    capacity = stripCapacity(length, tile, full.gap);
    if (capacity < tiles.length) capacity = stripCapacity(length - (beside ? PAGER : 0), tile, full.gap);
  }
  const shown = slicePage(selfOnFirstPage(tiles, capacity), page, capacity);
  const paged = shown.pages > 1;

  const keys = [stage, floating, ...shown.items].flatMap((tile) => (tile ? tile.key : []));
  const keysText = keys.join('\n');
  useEffect(() => {
    // Before the first measure nothing is known: telling "nothing" would only unsubscribe and come back.
    if (width > 0) call.show('stage', keysText === '' ? [] : (keysText.split('\n') as PictureKey[]));
  }, [call, keysText, width]);

  useEffect(() => {
    if (shown.pages === 1) return;
    const onKey = (event: KeyboardEvent) => {
      // In a field, a menu, a panel or a dialog these keys have work of their own: scrolling it, for one.
      const elsewhere = 'input, textarea, select, aside, [role="menu"], [role="dialog"]';
      if (event.target instanceof Element && event.target.closest(elsewhere)) return;
      if (event.key === 'PageDown') setPage(Math.min(shown.page + 1, shown.pages - 1));
      else if (event.key === 'PageUp') setPage(Math.max(shown.page - 1, 0));
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [shown.page, shown.pages]);

  const draw = (tile: Tile, size: { width: number; height: number }) => (
    <VideoTile
      key={tile.key}
      call={call}
      person={tile.person}
      source={tile.source}
      width={size.width}
      height={size.height}
      mirrored={choices.mirrored}
      pinned={choices.pinned === tile.key}
      onPin={tile.person.isSelf && tile.source === 'camera' ? undefined : pinOf(tile.key, choices)}
    />
  );
  const pager = paged && <Pager page={shown.page} pages={shown.pages} onPage={setPage} />;

  return (
    <div ref={ref} className={classes.area}>
      {width > 0 && stage === null && (
        <GridOf tiles={shown.items} space={paged ? { ...full, height: height - PAGER } : full} draw={draw} />
      )}
      {width > 0 && stage === null && pager}
      {width > 0 && stage !== null && (
        <div className={classes.staged} data-beside={beside || undefined} style={{ gap: full.gap }}>
          {stage.source === 'screen' ? (
            <SharedScreen
              // Another screen begins as a whole, whatever was enlarged before.
              key={stage.key}
              call={call}
              tile={stage}
              {...stageSize(full, tiles.length > 0, beside, strip, paged && !beside)}
              pinned={choices.pinned === stage.key}
              onPin={pinOf(stage.key, choices)}
              others={nextScreen(screens, stage.key, choices)}
            />
          ) : (
            draw(stage, stageSize(full, tiles.length > 0, beside, strip, paged && !beside))
          )}
          {tiles.length > 0 && (
            <div className={classes.strip} style={{ gap: full.gap }}>
              {shown.items.map((tile) => draw(tile, strip))}
              {beside && pager}
            </div>
          )}
          {!beside && pager}
        </div>
      )}
      {floating && width > 0 && (
        <FloatingSelf area={{ width, height }} corner={choices.corner} onCorner={choices.setCorner}>
          <VideoTile
            call={call}
            person={floating.person}
            mirrored={choices.mirrored}
            width={phone ? 104 : 200}
            height={phone ? 138 : 112}
          />
        </FloatingSelf>
      )}
    </div>
  );
}

/** One function per picture, the same at every drawing, so that tiles need not be drawn again. */
const pins = new WeakMap<LayoutChoices['togglePin'], Map<PictureKey, () => void>>();
function pinOf(key: PictureKey, { togglePin }: LayoutChoices): () => void {
  const known = pins.get(togglePin) ?? new Map<PictureKey, () => void>();
  pins.set(togglePin, known);
  const pin = known.get(key) ?? (() => togglePin(key));
  known.set(key, pin);
  return pin;
}

/** Where this one stands among several shared screens, and the way to the one after it. */
function nextScreen(screens: readonly PictureKey[], shown: PictureKey, { pin }: LayoutChoices) {
  const place = screens.indexOf(shown) + 1;
  const next = screens[place % screens.length];
  if (place === 0 || next === undefined || next === shown) return null;
  return { place, count: screens.length, next: () => pin(next) };
}

function stageSize(
  space: Space,
  withStrip: boolean,
  beside: boolean,
  strip: { width: number; height: number },
  withPager: boolean,
) {
  const taken = withStrip ? (beside ? strip.width : strip.height) + space.gap : 0;
  const pager = withPager ? PAGER + space.gap : 0;
  return {
    width: Math.floor(beside ? space.width - taken : space.width),
    height: Math.floor(beside ? space.height : space.height - taken - pager),
  };
}

interface GridOfProps {
  tiles: Tile[];
  space: Space;
  draw: (tile: Tile, size: { width: number; height: number }) => React.ReactNode;
}

function GridOf({ tiles, space, draw }: GridOfProps) {
  const { columns, tileWidth, tileHeight } = chooseGrid(space, tiles.length);
  return (
    <div
      className={classes.grid}
      style={{
        gap: space.gap,
        // One pixel of slack: rounding must not push the last tile of a row to the next.
        maxWidth: columns * tileWidth + (columns - 1) * space.gap + 1,
        height: space.height,
      }}
    >
      {tiles.map((tile) => draw(tile, { width: tileWidth, height: tileHeight }))}
    </div>
  );
}
