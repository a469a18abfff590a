// Who stands at the door of the call, for those who may answer; rings when somebody new does.
import { useEffect, useRef, useState } from 'react';
import { watchDoor, type Knock } from '../../../api/hosting';
import { ring } from './knockSound';

/** Whoever stands at the door, the first to come first; nobody for who may not answer. */
export function useDoorWatch(address: string, token: () => string, mayAnswer: boolean): Knock[] {
  const [knocks, setKnocks] = useState<Knock[]>([]);
  const known = useRef(new Set<string>());
  useEffect(() => {
    if (!mayAnswer) return;
    const stop = watchDoor(
      address,
      token,
      ({ knocks: now }) => {
        if (now.some(({ id }) => !known.current.has(id))) ring();
        known.current = new Set(now.map(({ id }) => id));
        setKnocks(now);
      },
      // The right to answer was taken back.
      () => setKnocks([]),
    );
    return () => {
      stop();
      setKnocks([]);
    };
  }, [address, token, mayAnswer]);
  return knocks;
}
