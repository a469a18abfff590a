// Remembers what layout needs from moment to moment: places, the last speaker, the pin and the reader's choices.
import { useCallback, useMemo, useRef, useState } from 'react';
import type { PersonInCall, PictureKey } from '../../../call';
import { remember, remembered } from '../../../ui/preferences';
import { arrange, type Arrangement, type Layout } from './arrange';
import { chooseSpeaker, orderTiles } from './order';

export interface LayoutChoices {
  layout: Layout;
  setLayout: (layout: Layout) => void;
  selfView: boolean;
  setSelfView: (shown: boolean) => void;
  pinned: PictureKey | null;
  /** Pins this picture, or lets go of it when it is the pinned one. */
  togglePin: (key: PictureKey) => void;
  pin: (key: PictureKey) => void;
}

export function useLayoutChoices(): LayoutChoices {
  const [layout, setLayoutState] = useState<Layout>(() =>
    remembered('layout') === 'speaker' ? 'speaker' : 'grid',
  );
  const [selfView, setSelfViewState] = useState(() => remembered('self-view') !== 'hidden');
  const [pinned, setPinned] = useState<PictureKey | null>(null);
  return {
    layout,
    setLayout: useCallback((next: Layout) => {
      remember('layout', next);
      setPinned(null);
      setLayoutState(next);
    }, []),
    selfView,
    setSelfView: useCallback((shown: boolean) => {
      remember('self-view', shown ? null : 'hidden');
      setSelfViewState(shown);
    }, []),
    pinned,
    pin: setPinned,
    togglePin: useCallback((key: PictureKey) => setPinned((before) => (before === key ? null : key)), []),
  };
}

export function useArrangement(
  people: readonly PersonInCall[],
  choices: LayoutChoices,
  firstPage: number,
): Arrangement {
  const order = useRef<string[]>([]);
  const speaker = useRef<string | null>(null);
  const { layout, pinned, selfView } = choices;
  return useMemo(() => {
    // Both depend on where things were before: that memory is the reason for the refs.
    order.current = orderTiles(order.current, people, firstPage);
    speaker.current = chooseSpeaker(speaker.current, people, Date.now());
    return arrange({
      people,
      order: order.current,
      layout,
      pinned,
      speaker: speaker.current,
      selfView,
    });
  }, [people, firstPage, layout, pinned, selfView]);
}
