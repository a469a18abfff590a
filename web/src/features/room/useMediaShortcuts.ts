// Ctrl (Cmd on Apple's systems) with D and E switch microphone and camera, wherever the focus is.
import { useEffect, useRef } from 'react';
import { withModifier } from './modifier';

export interface MediaShortcuts {
  microphone?: (() => void) | undefined;
  camera?: (() => void) | undefined;
}

/** `where` is the window whose keys count. */
export function useMediaShortcuts(shortcuts: MediaShortcuts, where: Window = window): void {
  const current = useRef(shortcuts);
  useEffect(() => {
    current.current = shortcuts;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!withModifier(event) || event.altKey || event.shiftKey || event.repeat) return;
      const key = event.key.toLowerCase();
      const action =
        key === 'd' ? current.current.microphone : key === 'e' ? current.current.camera : undefined;
      if (!action) return;
      event.preventDefault();
      action();
    };
    where.addEventListener('keydown', onKey);
    return () => where.removeEventListener('keydown', onKey);
  }, [where]);
}
