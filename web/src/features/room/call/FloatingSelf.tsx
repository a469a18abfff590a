// Own picture, small, in a corner of the stage; dragged or moved with the arrow keys to any of the four.
import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Stage.module.css';
import type { Corner } from './useLayoutChoices';

interface FloatingSelfProps {
  area: { width: number; height: number };
  corner: Corner;
  onCorner: (corner: Corner) => void;
  children: ReactNode;
}
const MARGIN = 12;

export function FloatingSelf({ area, corner, onCorner, children }: FloatingSelfProps) {
  const { t } = useTranslation();
  const element = useRef<HTMLDivElement>(null);
  const right = corner.startsWith('right');
  const bottom = corner.endsWith('bottom');
  const [held, setHeld] = useState<{ x: number; y: number; dx: number; dy: number } | null>(null);
  const settle = (at: { right: boolean; bottom: boolean }) =>
    onCorner(`${at.right ? 'right' : 'left'}_${at.bottom ? 'bottom' : 'top'}`);
  const size = () => ({
    width: element.current?.offsetWidth ?? 0,
    height: element.current?.offsetHeight ?? 0,
  });
  const take = (event: PointerEvent) => {
    if (event.button !== 0) return;
    element.current?.setPointerCapture(event.pointerId);
    setHeld({ x: event.clientX, y: event.clientY, dx: 0, dy: 0 });
  };
  const drag = (event: PointerEvent) => {
    if (held) setHeld({ ...held, dx: event.clientX - held.x, dy: event.clientY - held.y });
  };
  const drop = () => {
    if (!held) return;
    const { width, height } = size();
    const x = (right ? area.width - width - MARGIN : MARGIN) + held.dx + width / 2;
    const y = (bottom ? area.height - height - MARGIN : MARGIN) + held.dy + height / 2;
    setHeld(null);
    settle({ right: x > area.width / 2, bottom: y > area.height / 2 });
  };
  const move = (event: KeyboardEvent) => {
    const next = {
      ArrowLeft: { right: false, bottom },
      ArrowRight: { right: true, bottom },
      ArrowUp: { right, bottom: false },
      ArrowDown: { right, bottom: true },
    }[event.key];
    if (!next) return;
    event.preventDefault();
    settle(next);
  };
  return (
    <div
      ref={element}
      className={classes.floating}
      data-held={held ? true : undefined}
      role="group"
      tabIndex={0}
      aria-label={t('call:own_tile_help')}
      style={{
        left: right ? `calc(100% - ${MARGIN}px)` : MARGIN,
        top: bottom ? `calc(100% - ${MARGIN}px)` : MARGIN,
        transform: `translate(${right ? '-100%' : '0'}, ${bottom ? '-100%' : '0'}) translate(${held?.dx ?? 0}px, ${held?.dy ?? 0}px)`,
      }}
      onPointerDown={take}
      onPointerMove={drag}
      onPointerUp={drop}
      onPointerCancel={drop}
      onKeyDown={move}
    >
      {children}
    </div>
  );
}
