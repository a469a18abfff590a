// The first page for somebody who is signed in: their rooms, and all rooms of the organisation, as they are now.
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Me } from '../../api/me';
import { useRooms, type ListedRoom } from '../../api/rooms';
import { Icon } from '../../ui/Icon';
import { Saying } from '../../ui/Saying';
import { Trouble } from '../../ui/Trouble';
import { useSaying } from '../../ui/useSaying';
import { NewRoomDialog } from '../rooms';
import { AllRooms } from './AllRooms';
import classes from './MemberHome.module.css';
import { MyRoomCard } from './MyRoomCard';
import { StartMeeting } from './StartMeeting';
import { useRoomNews } from './useRoomNews';

export function MemberHome({ me }: { me: Me }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const rooms = useRooms();
  useRoomNews();
  /** A room is being made: to have it, or to meet in it at once. */
  const [making, setMaking] = useState<'to-have' | 'to-enter' | null>(null);
  const [said, say] = useSaying();
  const sorted = useMemo(() => {
    const compare = new Intl.Collator(i18n.language, { numeric: true, sensitivity: 'base' }).compare;
    return rooms.data && [...rooms.data].sort((one, other) => compare(one.name, other.name));
  }, [rooms.data, i18n.language]);
  const mine = sorted?.filter((room) => room.mine) ?? [];
  const others = sorted?.filter((room) => !room.personal || room.mine) ?? [];
  const seesAll = me.rights.includes('see_directory');
  const canMake = seesAll || (rooms.isSuccess && mine.length === 0);
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <div>
          <h1 className={classes.title}>{t('home:hello', { name: me.name.split(' ')[0] ?? me.name })}</h1>
          <p className={classes.today}>
            <Today rooms={others} />
          </p>
        </div>
        {rooms.isSuccess && (mine.length > 0 || canMake) && (
          <StartMeeting rooms={mine} onNewRoom={canMake ? () => setMaking('to-enter') : undefined} />
        )}
      </header>
      {rooms.isError && <Trouble of={rooms.error} />}
      <section className={classes.section} aria-labelledby="my-rooms">
        <div className={classes.sectionHead}>
          <h2 id="my-rooms">{t(seesAll ? 'home:my_rooms' : 'home:my_room')}</h2>
          {canMake && mine.length > 0 && (
            <Button
              variant="subtle"
              leftSection={<Icon of={IconPlus} />}
              onClick={() => setMaking('to-have')}
            >
              {t('rooms:new_room')}
            </Button>
          )}
        </div>
        {mine.length > 0 ? (
          <ul className={classes.cards}>
            {mine.map((room) => (
              <MyRoomCard key={room.id} room={room} onSaid={say} />
            ))}
          </ul>
        ) : (
          rooms.isSuccess && (
            <div className={classes.empty}>
              <p>{t('home:no_rooms')}</p>
              {canMake && (
                <Button
                  variant="default"
                  leftSection={<Icon of={IconPlus} />}
                  onClick={() => setMaking('to-have')}
                >
                  {t('rooms:new_room')}
                </Button>
              )}
            </div>
          )
        )}
      </section>
      {seesAll && sorted && others.length > 0 && <AllRooms rooms={others} onSaid={say} />}
      <Saying sentence={said} />
      {making && (
        <NewRoomDialog
          onClose={() => setMaking(null)}
          onMade={(room) => {
            if (making === 'to-enter') void navigate(`/${room.address}`);
            say(t('rooms:made', { room: room.name }));
            setMaking(null);
          }}
        />
      )}
    </div>
  );
}

/** The day, and how many rooms are in use. */
function Today({ rooms }: { rooms: ListedRoom[] }) {
  const { t, i18n } = useTranslation();
  const day = new Intl.DateTimeFormat(i18n.language, { weekday: 'long', day: 'numeric', month: 'long' });
  const today = day.format(new Date());
  const used = rooms.filter((room) => (room.participant_count ?? 0) > 0).length;
  const capital = today.charAt(0).toLocaleUpperCase(i18n.language) + today.slice(1);
  return used > 0 ? `${capital} · ${t('home:rooms_in_use', { count: used })}` : capital;
}
