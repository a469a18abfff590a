// Rings for hosts who are not in the call: who knocks at which of their rooms, and the way there. For pages of whoever is signed in.
import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import { useWaitingInTitle } from '../../../ui/usePageTitle';
import classes from './KnockBell.module.css';
import { useDoors } from './useDoors';
import { useKnockNotices } from './useKnockNotices';

export function KnockBell() {
  const { t } = useTranslation();
  const rooms = useDoors();
  const { pathname } = useLocation();
  useWaitingInTitle(rooms.reduce((sum, room) => sum + room.knocks.length, 0));
  const navigate = useNavigate();
  const notices = useMemo(
    () =>
      rooms.flatMap((room) =>
        room.knocks.map(({ id, name }) => ({
          id,
          text: t('hosting:knock_at', { count: 1, name, room: room.name }),
          follow: () => void navigate(`/${room.address}`),
        })),
      ),
    [rooms, t, navigate],
  );
  useKnockNotices(notices);
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
