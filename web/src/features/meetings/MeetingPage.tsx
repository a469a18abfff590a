// One meeting, for hosts: who was there, from when to when, with what, also as a table; and what was written.
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { attendanceTable, useMeeting, type Attendance } from '../../api/meetings';
import { useErrorSentence } from '../../api/useErrorSentence';
import { Icon } from '../../ui/Icon';
import { Shell } from '../../ui/Shell';
import { usePageTitle } from '../../ui/usePageTitle';
import { Messages } from './Messages';
import classes from './Meetings.module.css';
import { useSpan } from './useSpan';
import { dayOf, hourOf } from './when';

export function MeetingPage() {
  const { room = '', meeting: id = '' } = useParams();
  const { t, i18n } = useTranslation();
  const sentence = useErrorSentence();
  const meeting = useMeeting(id);
  const { data } = meeting;
  usePageTitle(t('meetings:page_title', { room: data?.room_name ?? room }));
  return (
    <Shell>
      <div className={classes.page}>
        <header className={classes.head}>
          <p className={classes.above}>
            <Link to={`/${room}/meetings`} className="text-link">
              {t('meetings:back')}
            </Link>
          </p>
          <h1 className={classes.title}>{data ? dayOf(data.started, i18n.language) : t('meetings:title')}</h1>
          {data && (
            <p className={`${classes.facts} tabular`}>
              {data.ended
                ? t('meetings:from_to', {
                    from: hourOf(data.started, i18n.language),
                    to: hourOf(data.ended, i18n.language),
                  })
                : t('meetings:since', { from: hourOf(data.started, i18n.language) })}
              {` · ${t('meetings:people', { count: data.people })}`}
            </p>
          )}
        </header>
        {meeting.isError && (
          <p className={classes.trouble} role="alert">
            {sentence(meeting.error)}
          </p>
        )}
        {data && (
          <>
            <People attendance={data.attendance} />
            <Button
              component="a"
              href={attendanceTable(id)}
              download
              variant="default"
              leftSection={<Icon of={IconDownload} size={18} />}
            >
              {t('meetings:download')}
            </Button>
            <Messages meeting={id} />
          </>
        )}
      </div>
    </Shell>
  );
}

function People({ attendance }: { attendance: Attendance[] }) {
  const { t, i18n } = useTranslation();
  const span = useSpan();
  if (attendance.length === 0) return <p className={classes.empty}>{t('meetings:nobody')}</p>;
  return (
    <table className={classes.table}>
      <caption className="visually-hidden">{t('meetings:attendance')}</caption>
      <thead>
        <tr>
          {(['name', 'joined', 'left', 'duration', 'devices'] as const).map((column) => (
            <th key={column} scope="col">
              {t(`meetings:column.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {attendance.map((one, i) => (
          <tr key={i}>
            <th scope="row">
              <bdi>{one.name}</bdi>
            </th>
            <Cell column="joined">{hourOf(one.first_joined, i18n.language)}</Cell>
            <Cell column="left">
              {one.last_left ? hourOf(one.last_left, i18n.language) : t('meetings:still_there')}
            </Cell>
            <Cell column="duration">{span(one.seconds)}</Cell>
            <Cell column="devices">{one.devices.filter((device) => device !== '').join(' · ')}</Cell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** On phones a row becomes a card, and each cell carries its heading. */
function Cell({
  column,
  children,
}: {
  column: 'joined' | 'left' | 'duration' | 'devices';
  children: string;
}) {
  const { t } = useTranslation();
  return (
    <td className="tabular" data-heading={t(`meetings:column.${column}`)}>
      {children}
    </td>
  );
}
