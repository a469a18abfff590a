// One of the reader's rooms as a card: its name, who is inside now, and what can be done with it.
import { Button } from '@mantine/core';
import { IconDoorEnter, IconLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ListedRoom } from '../../api/rooms';
import { Icon } from '../../ui/Icon';
import { useCopy } from '../../ui/useCopy';
import { linkOf, RoomBadge, RoomMenu } from '../rooms';
import classes from './MemberHome.module.css';

interface MyRoomCardProps {
  room: ListedRoom;
  onSaid: (sentence: string) => void;
}

export function MyRoomCard({ room, onSaid }: MyRoomCardProps) {
  const { t } = useTranslation();
  const [copying, copy] = useCopy(linkOf(room.address));
  return (
    <li className={classes.card}>
      <div className={classes.cardHead}>
        <h3>
          <bdi>{room.name}</bdi>
        </h3>
        <RoomBadge room={room} />
      </div>
      <p className={classes.address}>
        {location.host}/{room.address}
      </p>
      <div className={classes.buttons}>
        <Button
          variant="default"
          h={36}
          px={12}
          component={Link}
          to={`/${room.address}`}
          leftSection={<Icon of={IconDoorEnter} />}
          aria-label={t('home:enter_room', { room: room.name })}
        >
          {t('home:enter')}
        </Button>
        <Button
          variant="subtle"
          h={36}
          px={12}
          leftSection={<Icon of={IconLink} />}
          onClick={copy}
          aria-label={copying === 'idle' ? t('home:copy_link_of', { room: room.name }) : undefined}
        >
          {copying === 'idle' ? t('rooms:copy_link') : t(`common:${copying}`)}
        </Button>
        <span className={classes.menu}>
          <RoomMenu room={room} onSaid={onSaid} />
        </span>
      </div>
    </li>
  );
}
