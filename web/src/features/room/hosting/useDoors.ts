// Who stands at the doors of one's rooms, on every page of a browser: one of them listens and rings, and tells the others.
import { useEffect, useState } from 'react';
import { unanswered, watchDoors, type DoorsEvent } from '../../../api/hosting';
import { keepRinging, ring } from './knockSound';

type Rooms = DoorsEvent['rooms'];

/** Whoever holds it listens; also the name of the channel on which it tells the others. */
const BELL = 'palabre-knock-bell';

/** A page that has just opened asks the one that listens. */
const ASK = 'who is there?';

/** For whom a bell has rung already, here or on another page: going from page to page rings it no second time. */
let rung = new Set<string>();

const idsOf = (rooms: Rooms) => new Set(rooms.flatMap((room) => room.knocks.map((knock) => knock.id)));

export function useDoors(): Rooms {
  const [rooms, setRooms] = useState<Rooms>([]);
  useEffect(() => {
    const others = new BroadcastChannel(BELL);
    /** What this page heard last; null while another one listens. */
    let heard: Rooms | null = null;
    let stop: () => void = () => undefined;
    const tell = (now: Rooms) => {
      heard = now;
      setRooms(now);
      others.postMessage(now);
    };
    others.onmessage = ({ data }: MessageEvent<Rooms | typeof ASK>) => {
      if (data === ASK) {
        if (heard) others.postMessage(heard);
        return;
      }
      rung = idsOf(data);
      setRooms(data);
    };
    others.postMessage(ASK);
    const quiet = keepRinging(() => (heard ?? []).some((room) => unanswered(room.knocks)));
    const over = alone(() => {
      stop = watchDoors(
        (event) => {
          const ids = idsOf(event.rooms);
          if ([...ids].some((id) => !rung.has(id))) ring();
          rung = ids;
          tell(event.rooms);
        },
        () => tell([]),
      );
    });
    return () => {
      quiet();
      over();
      stop();
      others.close();
      setRooms([]);
    };
  }, []);
  return rooms;
}

/** Runs once no other page of this browser does; the returned function lets the next page begin. */
function alone(begin: () => void): () => void {
  // Without locks (pages that were not opened securely) every page rings.
  if (!('locks' in navigator)) {
    begin();
    return () => undefined;
  }
  const waiting = new AbortController();
  let end: () => void = () => undefined;
  navigator.locks
    .request(BELL, { signal: waiting.signal }, () => {
      begin();
      return new Promise<void>((resolve) => (end = resolve));
    })
    .catch(() => undefined);
  return () => {
    waiting.abort();
    end();
  };
}
