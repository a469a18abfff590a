// Binds wheel, fingers, mouse and keys of a frame to its view: Ctrl and wheel or two fingers zoom, dragging moves.
import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { everything, keyed, move, step, wheelFactor, zoomTo, type Size, type View } from './zoom';

export interface Zoom {
  view: View;
  zoomIn: (() => void) | null;
  zoomOut: (() => void) | null;
  fit: (() => void) | null;
  onKeyDown: (event: KeyboardEvent) => void;
}

/** What is watched on the frame; `frame` is its size in pixels. */
export function useZoom(element: RefObject<HTMLElement | null>, frame: Size): Zoom {
  const [wished, setView] = useState<View>(everything);
  // A frame that became smaller still shows the same part, and nothing beyond the picture.
  const view = move(wished, { x: 0, y: 0 }, frame);
  const latest = useRef({ view, frame });
  // What was drawn may be older than what fingers have done since: only the frame is taken from it.
  useEffect(() => {
    latest.current = { view: move(latest.current.view, { x: 0, y: 0 }, frame), frame };
  }, [frame]);
  const change = useCallback((how: (view: View, frame: Size) => View) => {
    const { view: before, frame: size } = latest.current;
    const after = how(before, size);
    // The next event may come before the next drawing.
    latest.current = { view: after, frame: size };
    setView(after);
  }, []);

  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const at = (event: MouseEvent) => {
      const { left, top } = target.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        change((before, size) => zoomTo(before, before.scale * wheelFactor(event.deltaY), at(event), size));
      } else if (latest.current.view.scale > 1) {
        event.preventDefault();
        change((before, size) => move(before, { x: -event.deltaX, y: -event.deltaY }, size));
      }
    };
    const fingers = new Map<number, { x: number; y: number }>();
    const onDown = (event: PointerEvent) => {
      if (event.button !== 0 || (event.target as Element).closest('button')) return;
      fingers.set(event.pointerId, at(event));
      target.setPointerCapture(event.pointerId);
    };
    const onMove = (event: PointerEvent) => {
      const from = fingers.get(event.pointerId);
      if (!from) return;
      const to = at(event);
      const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
      fingers.set(event.pointerId, to);
      change((before, size) => {
        if (!other) return move(before, { x: to.x - from.x, y: to.y - from.y }, size);
        const apart = Math.hypot(to.x - other.x, to.y - other.y);
        const wasApart = Math.max(1, Math.hypot(from.x - other.x, from.y - other.y));
        const middle = { x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 };
        return zoomTo(before, (before.scale * apart) / wasApart, middle, size);
      });
    };
    const onUp = (event: PointerEvent) => void fingers.delete(event.pointerId);
    const onDoubleClick = (event: MouseEvent) => {
      if ((event.target as Element).closest('button')) return;
      change((before, size) => (before.scale > 1 ? everything : zoomTo(before, 2, at(event), size)));
    };
    // React listens passively to wheels, and could not keep the page from zooming as a whole.
    target.addEventListener('wheel', onWheel, { passive: false });
    target.addEventListener('pointerdown', onDown);
    target.addEventListener('pointermove', onMove);
    target.addEventListener('pointerup', onUp);
    target.addEventListener('pointercancel', onUp);
    target.addEventListener('dblclick', onDoubleClick);
    return () => {
      target.removeEventListener('wheel', onWheel);
      target.removeEventListener('pointerdown', onDown);
      target.removeEventListener('pointermove', onMove);
      target.removeEventListener('pointerup', onUp);
      target.removeEventListener('pointercancel', onUp);
      target.removeEventListener('dblclick', onDoubleClick);
    };
  }, [element, change]);

  const to = (next: View | null) => (next ? () => change(() => next) : null);
  return {
    view,
    zoomIn: to(step(view, 1, frame)),
    zoomOut: to(step(view, -1, frame)),
    fit: to(view.scale > 1 ? everything : null),
    onKeyDown: (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const next = keyed(event.key, view, frame);
      if (!next) return;
      event.preventDefault();
      change(() => next);
    },
  };
}
