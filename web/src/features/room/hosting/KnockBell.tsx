// Rings for hosts who are not in the call: who knocks at which of their rooms, and the way there. For pages of whoever is signed in.
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { watchDoors, type DoorsEvent } from '../../../api/hosting';
import classes from './KnockBell.module.css';
import { ring } from './knockSound';

type Rooms = DoorsEvent['rooms'];

/** Of several pages in one browser one listens and rings. */
const LOCK = 'palabre-knock-bell';

export function KnockBell() {
  const { t } = useTranslation();
  const rooms = useDoors();
  const { pathname } = useLocation();
  if (rooms.length === 0) return null;
  return (
    <aside className={classes.bell} aria-label={t('hosting:at_the_door')} data-knock-bell>
      {rooms.map((room) => (
        <div key={room.address} className={classes.ring} role="status">
          <p>
            {t('hosting:knock_at', {
              count: room.knocks.length,
              name: room.knocks[0]?.name ?? '',
              room: room.name,
            })}
          </p>
          {pathname !== `/${room.address}` && (
            <Button component={Link} to={`/${room.address}`} h={40}>
              {t('hosting:go_and_answer')}
            </Button>
          )}
        </div>
      ))}
    </aside>
  );
}

function useDoors(): Rooms {
  const [rooms, setRooms] = useState<Rooms>([]);
  const known = useRef(new Set<string>());
  useEffect(() => {
    let stop: () => void = () => undefined;
    const begin = () => {
      stop = watchDoors(
        (event) => {
          const ids = event.rooms.flatMap((room) => room.knocks.map((knock) => knock.id));
          if (ids.some((id) => !known.current.has(id))) ring();
          known.current = new Set(ids);
          setRooms(event.rooms);
        },
        () => setRooms([]),
      );
    };
    const over = alone(begin);
    return () => {
      over();
      stop();
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
    .request(LOCK, { signal: waiting.signal }, () => {
      begin();
      return new Promise<void>((resolve) => (end = resolve));
    })
    .catch(() => undefined);
  return () => {
    waiting.abort();
    end();
  };
}
