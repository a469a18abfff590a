// A room's state in a word with a sign: free, in use by whom, locked.
import { IconCircleDashed, IconLock, IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ListedRoom } from '../../api/rooms';
import { Badge } from '../../ui/Badge';
import classes from './RoomBadge.module.css';

/** Names that fit on a card. */
const NAMED = 2;

type Shown = Pick<ListedRoom, 'access' | 'participants' | 'participant_count'>;

export function RoomBadge({ room }: { room: Shown }) {
  const { t } = useTranslation();
  const count = room.participant_count;
  if (room.access === 'locked') {
    return (
      <Badge icon={IconLock} tone="warn">
        {t('rooms:locked')}
        {count !== null && count > 0 && (
          <span className="tabular">
            <span aria-hidden="true">· {count}</span>
            <span className="visually-hidden">{t('rooms:people', { count })}</span>
          </span>
        )}
      </Badge>
    );
  }
  if (count === null) return null;
  if (count === 0) {
    return <Badge icon={IconCircleDashed}>{t('rooms:free')}</Badge>;
  }
  const said = (room.participants ?? []).slice(0, NAMED).map(({ name }) => name.split(' ')[0] ?? name);
  const more = count - said.length;
  return (
    <Badge icon={IconUsers} tone="good">
      {said.length === 0 ? (
        <span className="tabular">{t('rooms:people', { count })}</span>
      ) : (
        <>
          <span className={classes.names}>{said.join(', ')}</span>
          {more > 0 && <span className="tabular">+{more}</span>}
        </>
      )}
    </Badge>
  );
}
