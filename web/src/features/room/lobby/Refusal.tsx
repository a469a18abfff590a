// The door says no: why, whom to ask, and what can be done.
import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ApiError } from '../../../api/ApiError';
import { useMe } from '../../../api/me';
import { HelpContact } from '../../../ui/HelpContact';
import { signInFor } from '../../../ui/next';
import classes from './Lobby.module.css';
import { wasRemoved } from './removals';

export type RefusalReason = 'sent_away' | 'removed' | 'members_only' | 'locked';

interface RefusalProps {
  reason: RefusalReason;
  address: string;
}

export function Refusal({ reason, address }: RefusalProps) {
  const { t } = useTranslation();
  const me = useMe();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  return (
    <section className={classes.lobby} data-refusal={reason} aria-labelledby="refusal-title">
      <div role="alert" className={classes.words}>
        <h2 id="refusal-title" ref={heading} tabIndex={-1} className={classes.title}>
          {t(`lobby:${reason}.title`)}
        </h2>
        <p>{t(`lobby:${reason}.text`)}</p>
      </div>
      <HelpContact />
      <div className={classes.buttons}>
        {reason === 'members_only' && me === null && (
          <Button h={44} component={Link} to={signInFor(`/${address}`)}>
            {t('common:sign_in')}
          </Button>
        )}
        <Button h={44} variant="default" component={Link} to="/">
          {t('goodbye:home')}
        </Button>
      </div>
    </section>
  );
}

/** Reads why the door of this room said no; null for any other trouble. */
export function refusalIn(trouble: ApiError | null, address: string): RefusalReason | null {
  if (trouble?.code !== 'refused') return null;
  const { reason } = trouble.details;
  if (reason === 'members_only' || reason === 'locked') return reason;
  return wasRemoved(address) ? 'removed' : 'sent_away';
}
