// The meetings of a room, for its hosts: when, how long, how many.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useMeetingsOf, type Meeting } from '../../api/meetings';
import { useErrorSentence } from '../../api/useErrorSentence';
import { Shell } from '../../ui/Shell';
import { usePageTitle } from '../../ui/usePageTitle';
import classes from './Meetings.module.css';
import { useSpan } from './useSpan';
import { dayOf, hourOf } from './when';

export function MeetingsPage() {
  const { room = '' } = useParams();
  const { t } = useTranslation();
  const sentence = useErrorSentence();
  const meetings = useMeetingsOf(room);
  const all = meetings.data?.pages.flatMap((page) => page.items) ?? [];
  const name = all[0]?.room_name ?? room;
  usePageTitle(t('meetings:page_title', { room: name }));
  return (
    <Shell>
      <div className={classes.page}>
        <header className={classes.head}>
          <p className={classes.above}>
            <Link to={`/${room}`} className="text-link">
              {name}
            </Link>
          </p>
          <h1 className={classes.title}>{t('meetings:title')}</h1>
        </header>
        {meetings.isError && (
          <p className={classes.trouble} role="alert">
            {sentence(meetings.error)}
          </p>
        )}
        {meetings.isSuccess && all.length === 0 && <p className={classes.empty}>{t('meetings:empty')}</p>}
        <ul className={classes.list}>
          {all.map((meeting) => (
            <Row key={meeting.id} room={room} meeting={meeting} />
          ))}
        </ul>
        {meetings.hasNextPage && (
          <Button
            variant="default"
            loading={meetings.isFetchingNextPage}
            onClick={() => void meetings.fetchNextPage()}
          >
            {t('meetings:more')}
          </Button>
        )}
      </div>
    </Shell>
  );
}

function Row({ room, meeting }: { room: string; meeting: Meeting }) {
  const { t, i18n } = useTranslation();
  const span = useSpan();
  const { started, ended, people } = meeting;
  const seconds = ended ? (Date.parse(ended) - Date.parse(started)) / 1000 : null;
  return (
    <li>
      <Link to={`/${room}/meetings/${meeting.id}`} className={classes.row}>
        <strong>{dayOf(started, i18n.language)}</strong>
        <span className="tabular">
          {ended
            ? t('meetings:from_to', {
                from: hourOf(started, i18n.language),
                to: hourOf(ended, i18n.language),
              })
            : t('meetings:since', { from: hourOf(started, i18n.language) })}
        </span>
        <span className={classes.facts}>
          {t('meetings:people', { count: people })}
          {seconds !== null && ` · ${span(seconds)}`}
        </span>
      </Link>
    </li>
  );
}
