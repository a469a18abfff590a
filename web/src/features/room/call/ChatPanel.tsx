// The written conversation: messages as they come, links that can be followed, one field to answer.
import { Textarea } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useEffect, useRef, useState, type Dispatch, type KeyboardEvent, type SetStateAction } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallSnapshot, ChatMessage } from '../../../call';
import { Icon } from '../../../ui/Icon';
import { Portrait } from '../../../ui/Portrait';
import { findLinks } from './links';
import classes from './Panel.module.css';

/** Other clients cut longer messages too. */
const LONGEST = 4000;

interface ChatPanelProps {
  messages: ChatMessage[];
  send: CallSnapshot['actions']['sendMessage'];
  draft: string;
  onDraft: Dispatch<SetStateAction<string>>;
}

export function ChatPanel({ messages, send, draft, onDraft }: ChatPanelProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    // Stay where the reader scrolled to; otherwise follow what is new.
    if (list.current && atEnd.current) list.current.scrollTop = list.current.scrollHeight;
  }, [messages]);

  const submit = () => {
    const text = draft.trim();
    if (text === '' || !send) return;
    onDraft('');
    setFailed(false);
    atEnd.current = true;
    send(text).catch(() => {
      setFailed(true);
      // Whatever was begun meanwhile stays, after it.
      onDraft((begun) => (begun === '' ? text : `${text}\n${begun}`));
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      submit();
    }
  };
  return (
    <>
      <div
        ref={list}
        className={classes.scroll}
        tabIndex={0}
        role="log"
        aria-label={t('call:chat')}
        aria-live="off"
        onScroll={(event) => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          atEnd.current = scrollHeight - scrollTop - clientHeight < 48;
        }}
      >
        {messages.length === 0 && <p className={classes.empty}>{t('call:chat_empty')}</p>}
        {messages.map((message) => (
          <Message key={message.id} message={message} />
        ))}
      </div>
      {failed && (
        <p className={classes.problem} role="alert">
          {t('call:message_failed')}
        </p>
      )}
      {send && (
        <div className={classes.compose}>
          <Textarea
            aria-label={t('call:write')}
            placeholder={t('call:write')}
            value={draft}
            maxLength={LONGEST}
            autosize
            minRows={1}
            maxRows={5}
            size="md"
            data-first-focus
            onChange={(event) => onDraft(event.currentTarget.value)}
            onKeyDown={onKeyDown}
          />
          <button type="button" className={classes.send} onClick={submit} aria-label={t('call:send')}>
            <Icon of={IconSend} />
          </button>
        </div>
      )}
    </>
  );
}

function Message({ message }: { message: ChatMessage }) {
  const { t, i18n } = useTranslation();
  const name = message.own ? t('call:you') : message.name || t('call:nameless');
  const time = new Intl.DateTimeFormat(i18n.language, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (
    <article className={classes.message}>
      <Portrait name={message.name || name} size={28} />
      <div>
        <p className={classes.messageHead}>
          <strong>{name}</strong>
          <time className={`${classes.time} tabular`} dateTime={new Date(message.at).toISOString()}>
            {time.format(message.at)}
          </time>
        </p>
        <p className={classes.text}>
          {findLinks(message.text).map((piece, i) =>
            piece.href ? (
              <a key={i} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
                {piece.text}
              </a>
            ) : (
              piece.text
            ),
          )}
        </p>
      </div>
    </article>
  );
}
