// The rooms that the reader hosts or manages: finding one, opening its settings, making another.
import { Button, TextInput } from '@mantine/core';
import { IconChevronRight, IconFileImport, IconPlus, IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { useRooms } from '../../../api/rooms';
import { finds } from '../../../ui/finds';
import { Icon } from '../../../ui/Icon';
import { Trouble } from '../../../ui/Trouble';
import { useGrowing } from '../../../ui/useGrowing';
import { NewRoomDialog, RoomBadge } from '../../rooms';
import { SettingsPage } from '../SettingsPage';
import { useSettingsOf } from '../useSettingsOf';
import classes from './RoomsPage.module.css';

/** So few are seen at once: nobody needs to search among them. */
const few = 8;

export function RoomsPage() {
  const { t, i18n } = useTranslation();
  const me = useSettingsOf();
  const navigate = useNavigate();
  const rooms = useRooms();
  const [typed, setTyped] = useState('');
  const [making, setMaking] = useState(false);
  const all = useMemo(() => {
    const compare = new Intl.Collator(i18n.language, { numeric: true, sensitivity: 'base' }).compare;
    const hosted = rooms.data?.filter((room) => room.may.includes('host')) ?? [];
    return hosted.sort((one, other) => compare(one.name, other.name));
  }, [rooms.data, i18n.language]);
  const found = all.filter((room) =>
    finds(typed, [room.name, room.address, room.owner, room.establishment?.name]),
  );
  const drawn = useGrowing(found.length);
  const canMake = me.rights.includes('create_rooms') || (rooms.isSuccess && all.length === 0);
  return (
    <SettingsPage
      title={t('settings:part.rooms')}
      about={t('settings:about.rooms')}
      actions={
        <>
          {me.rights.includes('manage_rooms') && (
            <Button
              variant="default"
              component={Link}
              to="/settings/rooms/import"
              leftSection={<Icon of={IconFileImport} />}
            >
              {t('rooms:import')}
            </Button>
          )}
          {canMake && (
            <Button leftSection={<Icon of={IconPlus} />} onClick={() => setMaking(true)}>
              {t('rooms:new_room')}
            </Button>
          )}
        </>
      }
    >
      {rooms.isError && <Trouble of={rooms.error} />}
      {all.length > few && (
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
      )}
      {found.length > 0 ? (
        <ul className={classes.list} aria-label={t('settings:part.rooms')}>
          {found.slice(0, drawn).map((room) => (
            <li key={room.id}>
              <Link to={`/settings/rooms/${room.address}`} className={classes.room}>
                <span className={classes.what}>
                  <strong>
                    <bdi>{room.name}</bdi>
                  </strong>
                  <small>
                    {location.host}/{room.address} · {t(`rooms:access.${room.access}.name`)}
                  </small>
                  {!room.mine && <small>{t('rooms:owned_by', { name: room.owner })}</small>}
                </span>
                <RoomBadge room={room} />
                <Icon of={IconChevronRight} />
              </Link>
            </li>
          ))}
        </ul>
      ) : (
        rooms.isSuccess && (
          <p className={classes.none}>{typed === '' ? t('home:no_rooms') : t('home:found', { count: 0 })}</p>
        )
      )}
      {making && (
        <NewRoomDialog
          onClose={() => setMaking(false)}
          onMade={(room) => void navigate(`/settings/rooms/${room.address}`)}
        />
      )}
    </SettingsPage>
  );
}
