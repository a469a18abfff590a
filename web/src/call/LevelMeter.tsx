// Five bars that follow the voice; drawn without re-rendering, and silent to screen readers.
import { useEffect, useRef } from 'react';
import { watchLevel } from './level';
import classes from './LevelMeter.module.css';

const bars = [0.12, 0.3, 0.48, 0.66, 0.84];

interface LevelMeterProps {
  track: MediaStreamTrack | null;
  /** Told when the microphone gives not the slightest noise for a while, as a hardware switch does. */
  onSilence?: (silent: boolean) => void;
}

export function LevelMeter({ track, onSilence }: LevelMeterProps) {
  const element = useRef<HTMLSpanElement>(null);
  const told = useRef(onSilence);
  useEffect(() => {
    told.current = onSilence;
  });
  useEffect(() => {
    const spans = [...(element.current?.children ?? [])] as HTMLElement[];
    const draw = (level: number) =>
      spans.forEach((span, i) => span.toggleAttribute('data-lit', level > (bars[i] ?? 1)));
    draw(0);
    if (!track) return;
    let shown = 0;
    let quietSince = performance.now();
    let silent = false;
    const stop = watchLevel(track, (level) => {
      // Rises at once, falls slowly: easier on the eye.
      shown = Math.max(level, shown * 0.82);
      draw(shown);
      const now = performance.now();
      if (level > 0 || !track.enabled) quietSince = now;
      const isSilent = now - quietSince > 4000;
      if (isSilent !== silent) told.current?.((silent = isSilent));
    });
    return () => {
      stop();
      told.current?.(false);
    };
  }, [track]);
  return (
    <span ref={element} className={classes.meter} aria-hidden="true">
      {bars.map((bar) => (
        <span key={bar} />
      ))}
    </span>
  );
}
