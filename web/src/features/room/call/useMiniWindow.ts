// A small window of the call that stays above the others, where the browser lets a page fill one (Chromium).
import { useCallback, useEffect, useRef, useState } from 'react';
import { remember, remembered } from '../../../ui/preferences';

/** Document picture-in-picture, which the types do not know yet. */
interface SmallWindows extends EventTarget {
  requestWindow: (options: { width: number; height: number }) => Promise<Window>;
}
const smallWindows = (globalThis as { documentPictureInPicture?: SmallWindows }).documentPictureInPicture;

const SIZE = { width: 380, height: 320 };

export interface MiniWindow {
  /** The open one. */
  window: Window | null;
  toggle: () => void;
  /** Closes it and shows the tab of the call. */
  back: () => void;
  /** It opens by itself when the tab of the call is left, and closes on the way back. */
  automatic: { on: boolean; set: (on: boolean) => void };
}

/** Null where there are no such windows. */
export function useMiniWindow(title: string): MiniWindow | null {
  const [opened, setOpened] = useState<Window | null>(null);
  const [automatic, setAutomatic] = useState(() => remembered('mini-window') === 'automatic');
  const byItself = useRef(false);

  const open = useCallback(async () => {
    if (!smallWindows) return;
    // Refused without a click on the page, and sometimes with one: the call goes on as it is.
    const small = await smallWindows.requestWindow(SIZE).catch(() => null);
    if (!small) return;
    furnish(small, title);
    small.addEventListener('pagehide', () => setOpened(null), { once: true });
    setOpened(small);
  }, [title]);

  // The end of the call ends its window.
  useEffect(() => () => opened?.close(), [opened]);

  useEffect(() => {
    if (!smallWindows || !automatic || !('mediaSession' in navigator)) return;
    const action = 'enterpictureinpicture' as MediaSessionAction;
    try {
      navigator.mediaSession.setActionHandler(action, () => {
        byItself.current = true;
        void open();
      });
    } catch {
      // A browser that does not know the action does not open windows by itself.
      return;
    }
    return () => navigator.mediaSession.setActionHandler(action, null);
  }, [automatic, open]);

  useEffect(() => {
    if (!opened) return;
    const onVisible = () => {
      if (document.visibilityState !== 'visible' || !byItself.current) return;
      byItself.current = false;
      opened.close();
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [opened]);

  const toggle = useCallback(() => {
    byItself.current = false;
    if (opened) opened.close();
    else void open();
  }, [opened, open]);
  const back = useCallback(() => {
    opened?.close();
    window.focus();
  }, [opened]);
  const set = useCallback((on: boolean) => {
    remember('mini-window', on ? 'automatic' : null);
    setAutomatic(on);
  }, []);
  return smallWindows ? { window: opened, toggle, back, automatic: { on: automatic, set } } : null;
}

/** Gives an empty window the looks of the call: our style sheets, the dark stage, the language and a name. */
function furnish(small: Window, title: string): void {
  const { document: inside } = small;
  for (const sheet of document.querySelectorAll('link[rel="stylesheet"], style')) {
    const copy = inside.importNode(sheet, true);
    // An empty window has no address of its own that a relative one could lean on.
    if (sheet instanceof HTMLLinkElement) copy.setAttribute('href', sheet.href);
    inside.head.append(copy);
  }
  inside.documentElement.lang = document.documentElement.lang;
  inside.documentElement.dataset.mantineColorScheme = 'dark';
  inside.title = title;
}
