// Ctrl (Cmd on Apple's systems) with D and E switch microphone and camera, wherever the focus is.
import { useEffect, useRef } from 'react';
import { withModifier } from './modifier';

export interface MediaShortcuts {
  microphone?: (() => void) | undefined;
  camera?: (() => void) | undefined;
}

export function useMediaShortcuts(shortcuts: MediaShortcuts): void {
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
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
