// Raises and lowers one's own hand, and knows when the server did not take it.
import { useCallback, useState } from 'react';
import type { CallSnapshot } from '../../../call';

export interface OwnHand {
  /** Whose turn it is when the hand is up; null while it is down. */
  turn: number | null;
  busy: boolean;
  /** The last wish was not taken. */
  failed: boolean;
  toggle: () => void;
}

/** Null where hands cannot be raised. */
export function useHand({ actions, people }: Pick<CallSnapshot, 'actions' | 'people'>): OwnHand | null {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const move = actions.lowerHand ?? actions.raiseHand;
  const toggle = useCallback(() => {
    if (!move || busy) return;
    setBusy(true);
    setFailed(false);
    move()
      .catch(() => setFailed(true))
      .finally(() => setBusy(false));
  }, [move, busy]);
  if (!move) return null;
  return { turn: people.find((person) => person.isSelf)?.hand ?? null, busy, failed, toggle };
}
