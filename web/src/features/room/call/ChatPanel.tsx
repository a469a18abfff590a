// The written conversation: messages as they come, links that can be followed, one field to answer.
import { Textarea } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useEffect, useRef, useState, type Dispatch, type KeyboardEvent, type SetStateAction } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallSnapshot } from '../../../call';
import { Icon } from '../../../ui/Icon';
import { Message } from './Message';
import classes from './Panel.module.css';

/** Other clients cut longer messages too. */
const LONGEST = 4000;

interface ChatPanelProps {
  snapshot: Pick<CallSnapshot, 'messages' | 'messagesKept' | 'actions'>;
  draft: string;
  onDraft: Dispatch<SetStateAction<string>>;
}

export function ChatPanel({ snapshot, draft, onDraft }: ChatPanelProps) {
  const { t } = useTranslation();
  const { messages, messagesKept, actions } = snapshot;
  const { sendMessage: send, retryMessage } = actions;
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    // Stay where the reader scrolled to; otherwise follow what is new.
    if (list.current && atEnd.current) list.current.scrollTop = list.current.scrollHeight;
  }, [messages]);

  const submit = () => {
    const text = draft.trim();
    if (text === '' || !send) return;
    const taken = send(text);
    setBusy(!taken);
    if (!taken) return;
    onDraft('');
    atEnd.current = true;
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
        {messages.length === 0 && (
          <p className={classes.empty}>{messagesKept ? t('call:chat_empty_kept') : t('call:chat_empty')}</p>
        )}
        {messages.map((message) => (
          <Message key={message.id} message={message} retry={retryMessage} />
        ))}
      </div>
      {busy && (
        <p className={classes.problem} role="alert">
          {t('call:chat_busy')}
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
