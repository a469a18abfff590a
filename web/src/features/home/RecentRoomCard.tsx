// One known room: its name, who is inside now, and what can be done with it.
import { Button, CloseButton } from '@mantine/core';
import { IconDoorEnter, IconLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRoom } from '../../api/queries';
import { Icon } from '../../ui/Icon';
import type { RecentRoom } from '../../ui/recentRooms';
import { useCopy } from '../../ui/useCopy';
import { RoomBadge } from '../rooms';
import classes from './Home.module.css';

export function RecentRoomCard({ room, onForget }: { room: RecentRoom; onForget: () => void }) {
  const { t } = useTranslation();
  const now = useRoom(room.address, { everySeconds: 15 });
  const [copying, copy] = useCopy(`${location.origin}/${room.address}`);
  const name = now.data?.name ?? room.name;
  return (
    <li className={classes.room}>
      <div className={classes.roomHead}>
        <h3>
          <bdi>{name}</bdi>
        </h3>
        {now.data && <RoomBadge room={now.data} />}
        <CloseButton
          className={classes.forget}
          variant="subtle"
          aria-label={t('home:forget', { room: name })}
          title={t('home:forget', { room: name })}
          onClick={onForget}
        />
      </div>
      <p className={classes.roomAddress}>
        {location.host}/{room.address}
      </p>
      <div className={classes.roomButtons}>
        <Button
          variant="default"
          h={36}
          component={Link}
          to={`/${room.address}`}
          leftSection={<Icon of={IconDoorEnter} />}
          aria-label={t('home:enter_room', { room: name })}
        >
          {t('home:enter')}
        </Button>
        <Button variant="subtle" h={36} leftSection={<Icon of={IconLink} />} onClick={copy}>
          {copying === 'idle' ? t('rooms:copy_link') : t(`common:${copying}`)}
        </Button>
      </div>
    </li>
  );
}
