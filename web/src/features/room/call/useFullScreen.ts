// Shows one element on the whole screen, also where only videos may be shown so, as on iPhones.
import { useCallback, useSyncExternalStore, type RefObject } from 'react';

interface OldVideo extends HTMLVideoElement {
  webkitEnterFullscreen?: () => void;
}

const onlyVideos =
  typeof document !== 'undefined' &&
  !document.fullscreenEnabled &&
  'webkitEnterFullscreen' in HTMLVideoElement.prototype;

const subscribe = (listener: () => void) => {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
};

export interface FullScreen {
  on: boolean;
  toggle: () => void;
}

/** Null where the browser does not let pages do it. */
export function useFullScreen(element: RefObject<HTMLElement | null>): FullScreen | null {
  const shown = useSyncExternalStore(subscribe, () => document.fullscreenElement);
  const on = shown !== null && shown === element.current;
  const toggle = useCallback(() => {
    if (onlyVideos) element.current?.querySelector<OldVideo>('video')?.webkitEnterFullscreen?.();
    else if (on) void document.exitFullscreen().catch(() => undefined);
    else void element.current?.requestFullscreen().catch(() => undefined);
  }, [element, on]);
  return document.fullscreenEnabled || onlyVideos ? { on, toggle } : null;
}
