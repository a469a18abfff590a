// How the reader wants to see the call, kept by this browser from one call to the next; only the pin is forgotten.
import { useCallback, useState } from 'react';
import type { PictureKey } from '../../../call';
import { remember, remembered } from '../../../ui/preferences';
import type { Layout, SelfView } from './arrange';

export const corners = ['right_bottom', 'left_bottom', 'right_top', 'left_top'] as const;
/** Where one's own picture floats. */
export type Corner = (typeof corners)[number];

export interface LayoutChoices {
  layout: Layout;
  setLayout: (layout: Layout) => void;
  selfView: SelfView;
  setSelfView: (selfView: SelfView) => void;
  corner: Corner;
  setCorner: (corner: Corner) => void;
  /** One sees oneself as in a mirror; the others never do. */
  mirrored: boolean;
  setMirrored: (mirrored: boolean) => void;
  pinned: PictureKey | null;
  /** Pins this picture, or lets go of it when it is the pinned one. */
  togglePin: (key: PictureKey) => void;
  pin: (key: PictureKey) => void;
}

/** A choice among words that is remembered; the first word is the usual one, and costs no memory. */
function useRemembered<T extends string>(key: string, words: readonly [T, ...T[]]): [T, (word: T) => void] {
  const [word, setWord] = useState<T>(() => words.find((one) => one === remembered(key)) ?? words[0]);
  const set = useCallback(
    (next: T) => {
      remember(key, next === words[0] ? null : next);
      setWord(next);
    },
    [key, words],
  );
  return [word, set];
}

const layouts = ['grid', 'speaker'] as const;
const selfViews = ['grid', 'floating', 'hidden'] as const;
const mirrors = ['mirrored', 'plain'] as const;

/** Whether one sees oneself as in a mirror, at the door too. */
export const isMirrored = () => remembered('self-mirror') !== mirrors[1];

export function useLayoutChoices(): LayoutChoices {
  const [layout, setLayout] = useRemembered<Layout>('layout', layouts);
  const [selfView, setSelfView] = useRemembered<SelfView>('self-view', selfViews);
  const [corner, setCorner] = useRemembered<Corner>('self-corner', corners);
  const [mirror, setMirror] = useRemembered<(typeof mirrors)[number]>('self-mirror', mirrors);
  const [pinned, setPinned] = useState<PictureKey | null>(null);
  return {
    layout,
    setLayout: useCallback(
      (next: Layout) => {
        setPinned(null);
        setLayout(next);
      },
      [setLayout],
    ),
    selfView,
    setSelfView,
    corner,
    setCorner,
    mirrored: mirror === 'mirrored',
    setMirrored: useCallback((on: boolean) => setMirror(on ? 'mirrored' : 'plain'), [setMirror]),
    pinned,
    pin: setPinned,
    togglePin: useCallback((key: PictureKey) => setPinned((before) => (before === key ? null : key)), []),
  };
}
