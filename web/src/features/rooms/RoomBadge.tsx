// A room's state in a word with a sign: free, in use by whom, locked.
import { IconCircleDashed, IconLock, IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ListedRoom } from '../../api/rooms';
import { Icon } from '../../ui/Icon';
import classes from './RoomBadge.module.css';

/** Names that fit on a card. */
const NAMED = 2;

type Shown = Pick<ListedRoom, 'access' | 'participants' | 'participant_count'>;

export function RoomBadge({ room }: { room: Shown }) {
  const { t } = useTranslation();
  const count = room.participant_count;
  if (room.access === 'locked') {
    return (
      <span className={classes.badge} data-state="locked">
        <Icon of={IconLock} size={16} />
        {t('rooms:locked')}
        {count !== null && count > 0 && (
          <span className="tabular">
            <span aria-hidden="true">· {count}</span>
            <span className="visually-hidden">{t('rooms:people', { count })}</span>
          </span>
        )}
      </span>
    );
  }
  if (count === null) return null;
  if (count === 0) {
    return (
      <span className={classes.badge}>
        <Icon of={IconCircleDashed} size={16} />
        {t('rooms:free')}
      </span>
    );
  }
  const said = (room.participants ?? []).slice(0, NAMED).map(({ name }) => name.split(' ')[0] ?? name);
  const more = count - said.length;
  return (
    <span className={classes.badge} data-state="busy">
      <Icon of={IconUsers} size={16} />
      {said.length === 0 ? (
        <span className="tabular">{t('rooms:people', { count })}</span>
      ) : (
        <>
          <span className={classes.names}>{said.join(', ')}</span>
          {more > 0 && <span className="tabular">+{more}</span>}
        </>
      )}
    </span>
  );
}
