// The picture of a reaction; who cannot see it is told in words beside it.
import {
  createReactComponent,
  IconConfetti,
  IconHeart,
  IconMoodHappy,
  IconMoodSurprised,
  IconThumbUp,
  type Icon as TablerIcon,
} from '@tabler/icons-react';
import { Icon } from '../ui/Icon';
import type { ReactionKind } from './reactionKinds';

/** Two hands that clap: Tabler has none, so this one is ours, drawn on Tabler's grid. */
const IconApplause = createReactComponent('outline', 'applause', 'Applause', [
  [
    'path',
    {
      key: 'fingers',
      d: 'M10 17l-4.4 -4.4a1.4 1.4 0 0 1 2 -2l3.6 3.6m-3.8 -3.8l-1.2 -1.2a1.4 1.4 0 0 1 2 -2l5 5m-3.8 -4.2a1.4 1.4 0 0 1 2 -.2l4 4',
    },
  ],
  [
    'path',
    {
      key: 'palm',
      d: 'M15.4 11.8l.6 -2.6a1.4 1.4 0 0 1 2.75 .55l-.55 4.9a7 7 0 0 1 -2.1 4.5l-.6 .6a6 6 0 0 1 -8.5 0l-3.2 -3.2a1.4 1.4 0 0 1 2 -2l.9 .9',
    },
  ],
  ['path', { key: 'other', d: 'M21.4 11l-.4 4.3a9 9 0 0 1 -3.2 6.2' }],
  ['path', { key: 'sound', d: 'M4.2 7l-1.9 -1m4.4 -1.7l-1 -1.9m4.7 1.2l.2 -2.1' }],
]);

const drawings: Record<ReactionKind, TablerIcon> = {
  applause: IconApplause,
  agree: IconThumbUp,
  love: IconHeart,
  laugh: IconMoodHappy,
  surprise: IconMoodSurprised,
  celebrate: IconConfetti,
};

export function ReactionGlyph({ kind, size }: { kind: ReactionKind; size: number }) {
  return <Icon of={drawings[kind]} size={size} />;
}
