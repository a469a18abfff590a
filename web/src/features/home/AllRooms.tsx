// All rooms of the organisation: found by what one types, entered, their links copied.
import { Button, TextInput } from '@mantine/core';
import { IconDoorEnter, IconSearch } from '@tabler/icons-react';
import { memo, useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ListedRoom } from '../../api/rooms';
import { finds } from '../../ui/finds';
import { Icon } from '../../ui/Icon';
import { useGrowing } from '../../ui/useGrowing';
import { RoomBadge, RoomMenu } from '../rooms';
import classes from './AllRooms.module.css';

interface AllRoomsProps {
  rooms: ListedRoom[];
  onSaid: (sentence: string) => void;
}

export function AllRooms({ rooms, onSaid }: AllRoomsProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  // Typing goes before the list: hundreds of rooms may be drawn a moment later.
  const wanted = useDeferredValue(typed);
  const found = useMemo(
    () =>
      rooms.filter((room) => finds(wanted, [room.name, room.address, room.establishment?.name, room.owner])),
    [rooms, wanted],
  );
  const drawn = useGrowing(found.length);
  return (
    <section className={classes.section} aria-labelledby="all-rooms">
      <div className={classes.head}>
        <h2 id="all-rooms">{t('home:all_rooms')}</h2>
        <TextInput
          className={classes.search}
          type="search"
          aria-label={t('home:search')}
          placeholder={t('home:search')}
          leftSection={<Icon of={IconSearch} />}
          value={typed}
          maxLength={200}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </div>
      <p className="visually-hidden" role="status">
        {wanted === '' ? '' : t('home:found', { count: found.length })}
      </p>
      {found.length > 0 ? (
        <ul className={classes.list}>
          {found.slice(0, drawn).map((room) => (
            <RoomRow key={room.id} room={room} onSaid={onSaid} />
          ))}
        </ul>
      ) : (
        <p className={classes.none}>{t('home:found', { count: 0 })}</p>
      )}
    </section>
  );
}

/** Drawn again only when its room has changed. */
const RoomRow = memo(function RoomRow({
  room,
  onSaid,
}: { room: ListedRoom } & Pick<AllRoomsProps, 'onSaid'>) {
  const { t } = useTranslation();
  return (
    <li className={classes.row}>
      <div className={classes.what}>
        <h3 className={classes.name}>{room.name}</h3>
        <p className={classes.about}>
          {location.host}/{room.address}
          {room.establishment && ` · ${room.establishment.name}`}
        </p>
      </div>
      <span className={classes.badge}>
        <RoomBadge room={room} />
      </span>
      <Button
        variant="default"
        h={36}
        component={Link}
        to={`/${room.address}`}
        leftSection={<Icon of={IconDoorEnter} />}
        aria-label={t('home:enter_room', { room: room.name })}
      >
        {t('home:enter')}
      </Button>
      <RoomMenu room={room} onSaid={onSaid} withLink />
    </li>
  );
});
