// One message of the conversation: who, when, the words with links that can be followed, and how far it got.
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorSentence } from '../../../api/useErrorSentence';
import type { ChatMessage } from '../../../call';
import { Linked } from '../../../ui/Linked';
import { Portrait } from '../../../ui/Portrait';
import classes from './Panel.module.css';

interface MessageProps {
  message: ChatMessage;
  retry: ((id: string) => void) | undefined;
}

export const Message = memo(function Message({ message, retry }: MessageProps) {
  const { t, i18n } = useTranslation();
  const sentence = useErrorSentence();
  const name = message.own ? t('call:you') : message.name || t('common:nameless');
  const time = new Intl.DateTimeFormat(i18n.language, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (
    <article className={classes.message} data-state={message.state}>
      <Portrait name={message.name || name} size={28} />
      <div>
        <p className={classes.messageHead}>
          <strong>
            <bdi>{name}</bdi>
          </strong>
          {message.state === 'sending' ? (
            <span className={classes.time}>{t('call:message_sending')}</span>
          ) : (
            <time className={`${classes.time} tabular`} dateTime={new Date(message.at).toISOString()}>
              {time.format(message.at)}
            </time>
          )}
        </p>
        <p className={classes.text}>
          <Linked text={message.text} />
        </p>
        {message.state === 'failed' && (
          <p className={classes.notSent} role="alert">
            {t('call:message_not_sent')} {message.failure && sentence(message.failure)}{' '}
            {retry && (
              <button type="button" className="text-link" onClick={() => retry(message.id)}>
                {t('call:message_retry')}
              </button>
            )}
          </p>
        )}
      </div>
    </article>
  );
});
