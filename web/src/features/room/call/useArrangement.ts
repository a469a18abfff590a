// Remembers what layout needs from moment to moment: everybody's place, and the last speaker.
import { useMemo, useRef } from 'react';
import type { PersonInCall } from '../../../call';
import { arrange, type Arrangement } from './arrange';
import { chooseSpeaker, orderTiles } from './order';
import type { LayoutChoices } from './useLayoutChoices';

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
