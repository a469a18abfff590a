// Own picture, small, in a corner of the stage; dragged or moved with the arrow keys to any of the four.
import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { remember, remembered } from '../../../ui/preferences';
import classes from './Stage.module.css';

interface FloatingSelfProps {
  area: { width: number; height: number };
  children: ReactNode;
}
interface Corner {
  right: boolean;
  bottom: boolean;
}
const MARGIN = 12;

export function FloatingSelf({ area, children }: FloatingSelfProps) {
  const { t } = useTranslation();
  const element = useRef<HTMLDivElement>(null);
  const [corner, setCorner] = useState<Corner>(() => {
    const kept = remembered('self-corner') ?? 'right-bottom';
    return { right: kept.startsWith('right'), bottom: kept.endsWith('bottom') };
  });
  const [held, setHeld] = useState<{ x: number; y: number; dx: number; dy: number } | null>(null);
  const settle = (next: Corner) => {
    setCorner(next);
    remember('self-corner', `${next.right ? 'right' : 'left'}-${next.bottom ? 'bottom' : 'top'}`);
  };
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
    const x = (corner.right ? area.width - width - MARGIN : MARGIN) + held.dx + width / 2;
    const y = (corner.bottom ? area.height - height - MARGIN : MARGIN) + held.dy + height / 2;
    setHeld(null);
    settle({ right: x > area.width / 2, bottom: y > area.height / 2 });
  };
  const move = (event: KeyboardEvent) => {
    const next = {
      ArrowLeft: { ...corner, right: false },
      ArrowRight: { ...corner, right: true },
      ArrowUp: { ...corner, bottom: false },
      ArrowDown: { ...corner, bottom: true },
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
        left: corner.right ? `calc(100% - ${MARGIN}px)` : MARGIN,
        top: corner.bottom ? `calc(100% - ${MARGIN}px)` : MARGIN,
        transform: `translate(${corner.right ? '-100%' : '0'}, ${corner.bottom ? '-100%' : '0'}) translate(${held?.dx ?? 0}px, ${held?.dy ?? 0}px)`,
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
