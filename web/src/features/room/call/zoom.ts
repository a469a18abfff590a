// Zooming into a shared screen: what part of it is seen, and how wheel, fingers, buttons and keys change that.

export interface View {
  /** 1 shows everything. */
  scale: number;
  /** Where the upper left corner of the picture lies, in pixels of the frame; never right of or below its own. */
  x: number;
  y: number;
}
export interface Size {
  width: number;
  height: number;
}
export interface Point {
  x: number;
  y: number;
}

export const everything: View = { scale: 1, x: 0, y: 0 };

const LARGEST = 8;
/** Where buttons and keys stop on the way. */
const steps = [1, 1.5, 2, 3, 4, 6, LARGEST];
/** An arrow key moves by this part of the frame. */
const KEY_MOVE = 0.15;

/** The same view with its picture covering the frame. */
function inside(view: View, frame: Size): View {
  const scale = Math.min(LARGEST, Math.max(1, view.scale));
  const within = (at: number, length: number) => Math.min(0, Math.max(length * (1 - scale), at));
  return { scale, x: within(view.x, frame.width), y: within(view.y, frame.height) };
}

/** Zooms to a scale; what lies under the point stays there. */
export function zoomTo(view: View, scale: number, point: Point, frame: Size): View {
  const wanted = Math.min(LARGEST, Math.max(1, scale));
  const ratio = wanted / view.scale;
  return inside(
    { scale: wanted, x: point.x - (point.x - view.x) * ratio, y: point.y - (point.y - view.y) * ratio },
    frame,
  );
}

export function move(view: View, by: Point, frame: Size): View {
  return inside({ ...view, x: view.x + by.x, y: view.y + by.y }, frame);
}

/** The next step up (1) or down (−1) around the middle of the frame; null when there is none. */
export function step(view: View, direction: 1 | -1, frame: Size): View | null {
  const next =
    direction === 1
      ? steps.find((one) => one > view.scale + 0.01)
      : steps.findLast((one) => one < view.scale - 0.01);
  if (next === undefined) return null;
  return zoomTo(view, next, { x: frame.width / 2, y: frame.height / 2 }, frame);
}

/** How much a turn of the wheel zooms; touch pads, which turn in small steps when pinched, as finely as they are. */
export function wheelFactor(deltaY: number): number {
  return Math.exp(-Math.max(-60, Math.min(60, deltaY)) * 0.008);
}

/** What a key does to the view; null when it does nothing, so that the page may use it. */
export function keyed(key: string, view: View, frame: Size): View | null {
  if (key === '+' || key === '=') return step(view, 1, frame);
  if (key === '-') return step(view, -1, frame);
  if (view.scale === 1) return null;
  if (key === '0') return everything;
  const by = {
    ArrowLeft: { x: frame.width * KEY_MOVE, y: 0 },
    ArrowRight: { x: -frame.width * KEY_MOVE, y: 0 },
    ArrowUp: { x: 0, y: frame.height * KEY_MOVE },
    ArrowDown: { x: 0, y: -frame.height * KEY_MOVE },
  }[key];
  return by ? move(view, by, frame) : null;
}
