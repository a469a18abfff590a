// Who stands at the door of the call, for those who may answer; rings when somebody new does.
import { useEffect, useRef, useState } from 'react';
import { unanswered, watchDoor, type Knock } from '../../../api/hosting';
import { useWaitingInTitle } from '../../../ui/usePageTitle';
import { keepRinging, ring } from './knockSound';

/** Whoever stands at the door, the first to come first; nobody for who may not answer. */
export function useDoorWatch(address: string, token: () => string, mayAnswer: boolean): Knock[] {
  const [knocks, setKnocks] = useState<Knock[]>([]);
  const known = useRef(new Set<string>());
  useEffect(() => {
    if (!mayAnswer) return;
    let heard: Knock[] = [];
    const quiet = keepRinging(() => unanswered(heard));
    const stop = watchDoor(
      address,
      token,
      ({ knocks: now }) => {
        if (now.some(({ id }) => !known.current.has(id))) ring();
        known.current = new Set(now.map(({ id }) => id));
        heard = now;
        setKnocks(now);
      },
      // The right to answer was taken back.
      () => {
        heard = [];
        setKnocks([]);
      },
    );
    return () => {
      quiet();
      stop();
      setKnocks([]);
    };
  }, [address, token, mayAnswer]);
  useWaitingInTitle(knocks.length);
  return knocks;
}
