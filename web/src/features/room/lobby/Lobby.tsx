// Before the door: what one waits for, in words, and that nothing need be done.
import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { HelpContact } from '../../../ui/HelpContact';
import classes from './Lobby.module.css';
import type { Stand } from './waiting';

interface LobbyProps {
  /** Null for the moment before the first answer. */
  stand: Stand | null;
  name: string;
  onCancel: () => void;
}

export function Lobby({ stand, name, onCancel }: LobbyProps) {
  const { t } = useTranslation();
  const said = stand ?? 'knocking';
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  return (
    <section className={classes.lobby} data-stand={said} aria-labelledby="lobby-title">
      <span className={classes.pulse} aria-hidden="true" />
      <div role="status" className={classes.words}>
        <h2 id="lobby-title" ref={heading} tabIndex={-1} className={classes.title}>
          {t(`lobby:${said}.title`)}
        </h2>
        <p>{t(`lobby:${said}.text`)}</p>
      </div>
      <p className={classes.next}>{t('lobby:opens_by_itself')}</p>
      <p className={classes.name}>{t('lobby:under_name', { name })}</p>
      <HelpContact />
      <Button variant="default" h={44} onClick={onCancel}>
        {t('lobby:stop_waiting')}
      </Button>
    </section>
  );
}
