// Meeting now: in the only room one has, in one of several, or in a new one.
import { Button, Menu } from '@mantine/core';
import { IconPlus, IconVideoPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ListedRoom } from '../../api/rooms';
import { Icon } from '../../ui/Icon';
import { RoomBadge } from '../rooms';
import classes from './MemberHome.module.css';

/** Rooms that a menu can offer before it scrolls off a small screen. */
const offered = 8;

interface StartMeetingProps {
  rooms: ListedRoom[];
  /** Absent for whoever may make no other room. */
  onNewRoom?: () => void;
}

export function StartMeeting({ rooms, onNewRoom }: StartMeetingProps) {
  const { t } = useTranslation();
  const [only] = rooms;
  const icon = <Icon of={IconVideoPlus} />;
  if (!only) {
    return (
      <Button leftSection={icon} onClick={onNewRoom}>
        {t('home:start')}
      </Button>
    );
  }
  if (rooms.length === 1) {
    return (
      <Button leftSection={icon} component={Link} to={`/${only.address}`}>
        {t('home:start')}
      </Button>
    );
  }
  // Free rooms first: that is where one can begin.
  const busy = (room: ListedRoom) => Number((room.participant_count ?? 0) > 0);
  const choices = [...rooms].sort((one, other) => busy(one) - busy(other)).slice(0, offered);
  return (
    <Menu position="bottom-end" width="min(320px, calc(100vw - 32px))">
      <Menu.Target>
        <Button leftSection={icon}>{t('home:start')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('home:start_where')}</Menu.Label>
        {choices.map((room) => (
          <Menu.Item key={room.id} component={Link} to={`/${room.address}`}>
            <span className={classes.choice}>
              <span className={classes.choiceName}>{room.name}</span>
              <RoomBadge room={room} />
            </span>
          </Menu.Item>
        ))}
        {onNewRoom && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<Icon of={IconPlus} />} onClick={onNewRoom}>
              {t('rooms:new_room')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
