// The server as who runs it sees it: what it is, who is in which room now, whether letters leave, and what was given up.
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useSystem, type LiveRoom, type System } from '../../../api/system';
import { Table, type Column } from '../../../ui/Table';
import { Trouble } from '../../../ui/Trouble';
import { useMoment } from '../../../ui/useMoment';
import { Facts } from '../Facts';
import { Section } from '../Section';
import { SettingsPage } from '../SettingsPage';
import { DeadJobs } from './DeadJobs';
import { Mail } from './Mail';
import classes from './System.module.css';

export function SystemPage() {
  const { t } = useTranslation();
  const { data: system, isError, error } = useSystem();
  return (
    <SettingsPage title={t('settings:part.system')} about={t('settings:about.system')}>
      {isError && <Trouble of={error} />}
      {system && (
        <>
          <Server of={system} />
          <LiveRooms rooms={system.rooms ?? null} />
          <Mail queue={system.mail} />
          <DeadJobs counts={system.jobs} />
        </>
      )}
    </SettingsPage>
  );
}

function Server({ of: system }: { of: System }) {
  const { t } = useTranslation();
  const moment = useMoment();
  return (
    <Section title={t('system:server')}>
      <Facts
        facts={[
          { name: t('system:version'), value: system.version },
          { name: t('system:since'), value: moment(system.started) },
          { name: t('system:database'), value: t(`system:database_kind.${system.database}`) },
          { name: t('system:media'), value: t(`system:media_kind.${system.media}`) },
        ]}
      />
    </Section>
  );
}

function LiveRooms({ rooms }: { rooms: LiveRoom[] | null }) {
  const { t } = useTranslation();
  const moment = useMoment();
  const columns: Column<LiveRoom>[] = [
    {
      id: 'room',
      name: t('system:room'),
      width: 'minmax(0, 2fr)',
      plain: true,
      // A room that an API key opened is no page of ours.
      cell: (room) =>
        room.name ? (
          <Link to={`/${room.address}`} className={classes.room}>
            <bdi>{room.name}</bdi>
          </Link>
        ) : (
          room.address
        ),
    },
    {
      id: 'people',
      name: t('system:participants'),
      width: '140px',
      cell: (room) => String(room.participants),
    },
    { id: 'since', name: t('system:since'), cell: (room) => moment(room.since) },
  ];
  return (
    <Section title={t('system:live_rooms')}>
      {rooms === null && <p className={classes.bad}>{t('system:media_away')}</p>}
      {rooms?.length === 0 && <p className={classes.quiet}>{t('system:nobody')}</p>}
      {rooms !== null && rooms.length > 0 && (
        <Table
          name={t('system:live_rooms')}
          columns={columns}
          rows={rooms}
          keyOf={({ address }) => address}
        />
      )}
    </Section>
  );
}
