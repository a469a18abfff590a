// One's own hand: up, down, and whose turn it is.
import { IconHandStop } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { BarButton } from './BarButton';
import type { OwnHand } from './useHand';

export function HandButton({ hand }: { hand: OwnHand }) {
  const { t } = useTranslation();
  const up = hand.turn !== null;
  return (
    <BarButton
      icon={IconHandStop}
      label={up ? t('call:hand_up') : t('call:hand')}
      state={hand.turn === null ? undefined : t('call:hand_turn', { turn: hand.turn })}
      look={up ? 'active' : 'plain'}
      title={up ? t('call:lower_hand') : t('call:raise_hand')}
      aria-busy={hand.busy || undefined}
      onClick={hand.toggle}
    />
  );
}
