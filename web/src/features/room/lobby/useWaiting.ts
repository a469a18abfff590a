// Waits at the door on the reader's behalf: hears the answers of hosts, or of a free place, and says what to do then.
import { useEffect, useRef, useState } from 'react';
import { ApiError } from '../../../api/ApiError';
import { followKnock, followPlace, giveUpKnock } from '../../../api/knocks';
import { standOf, type Stand, type Waiting } from './waiting';

/** When a place frees, those who wait do not all run: each waits a moment of their own, and asks if it is still free. */
const STAGGER = 1500;

export interface WaitingOutcome {
  /** The way in of an answered knock. */
  onAdmitted: (ticket: { url: string; token: string }) => void;
  onRefused: (refusal: ApiError) => void;
  /** The knock is over without an answer, or there is a place: ask at the door again. */
  onAskAgain: () => void;
}

/** What the reader is told meanwhile; null when nothing is waited for. */
export function useWaiting(address: string, waiting: Waiting | null, outcome: WaitingOutcome): Stand | null {
  const [stand, setStand] = useState<Stand | null>(null);
  const latest = useRef(outcome);
  useEffect(() => {
    latest.current = outcome;
  });
  useEffect(() => {
    setStand(null);
    if (waiting === null) return;
    const askAgain = () => latest.current.onAskAgain();
    if (waiting.for === 'place') {
      setStand('full');
      return waitForPlace(address, askAgain);
    }
    const { knock } = waiting;
    let answered = false;
    const stop = followKnock(
      knock,
      (event) => {
        setStand(standOf(event));
        if (standOf(event) !== null) return;
        answered = true;
        stop();
        if (event.state === 'admitted') latest.current.onAdmitted(event);
        else if (event.state === 'refused') latest.current.onRefused(refusalOf(event));
        else askAgain();
      },
      // The knock is not known any more: it was given up while nobody listened.
      () => {
        answered = true;
        askAgain();
      },
    );
    const goAway = () => {
      stop();
      if (!answered) giveUpKnock(knock);
    };
    window.addEventListener('pagehide', goAway);
    return () => {
      window.removeEventListener('pagehide', goAway);
      goAway();
    };
  }, [address, waiting]);
  return stand;
}

/** The same as the door itself would say to somebody who was sent away. */
function refusalOf({ help_contact }: { help_contact?: string | null }): ApiError {
  return new ApiError('refused', 403, { reason: 'sent_away', help_contact });
}

function waitForPlace(address: string, onPlace: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const rest = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const stop = followPlace(
    address,
    (place) => {
      rest();
      if (place) timer = setTimeout(onPlace, Math.random() * STAGGER);
    },
    // The room is gone, or no longer ours to watch: the door says which.
    onPlace,
  );
  return () => {
    stop();
    rest();
  };
}
