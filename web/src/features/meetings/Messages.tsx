// What was written in a meeting, for its hosts.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMessagesOf } from '../../api/meetings';
import { Linked } from '../../ui/Linked';
import { Trouble } from '../../ui/Trouble';
import classes from './Meetings.module.css';
import { hourOf } from './when';

export function Messages({ meeting }: { meeting: string }) {
  const { t, i18n } = useTranslation();
  const messages = useMessagesOf(meeting);
  const all = messages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={classes.messages} aria-labelledby="messages">
      <h2 id="messages">{t('meetings:messages')}</h2>
      {messages.isError && <Trouble of={messages.error} />}
      {messages.isSuccess && all.length === 0 && <p className={classes.empty}>{t('meetings:no_messages')}</p>}
      {all.map(({ id, name, sent, text }) => (
        <article key={id} className={classes.message}>
          <p>
            <strong>
              <bdi>{name || t('common:nameless')}</bdi>
            </strong>{' '}
            <time className="tabular" dateTime={sent}>
              {hourOf(sent, i18n.language)}
            </time>
          </p>
          <p>
            <Linked text={text} />
          </p>
        </article>
      ))}
      {messages.hasNextPage && (
        <Button
          variant="default"
          loading={messages.isFetchingNextPage}
          onClick={() => void messages.fetchNextPage()}
        >
          {t('meetings:more_messages')}
        </Button>
      )}
    </section>
  );
}
