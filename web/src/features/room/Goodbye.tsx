// After the call: why it ended, in words, and the way back.
import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { EndReason } from '../../call';
import { Shell } from '../../ui/Shell';
import classes from './Goodbye.module.css';

interface GoodbyeProps {
  title: string;
  reason: EndReason;
  minutes: number;
  onReturn: () => void;
}

export function Goodbye({ title, reason, minutes, onReturn }: GoodbyeProps) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  return (
    <Shell>
      <section className={classes.page} data-reason={reason}>
        <p className={classes.room}>
          <bdi>{title}</bdi>
        </p>
        <h1 ref={heading} tabIndex={-1} className={classes.title}>
          {t(`goodbye:${reason}.title`)}
        </h1>
        <p className={classes.text}>{t(`goodbye:${reason}.text`)}</p>
        {minutes > 0 && (
          <p className={`${classes.room} tabular`}>{t('goodbye:duration', { count: minutes })}</p>
        )}
        <div className={classes.buttons}>
          {/* Whoever was put out cannot come back to this meeting: no button says they could. */}
          {reason !== 'removed' && (
            <Button h={48} fz="lg" onClick={onReturn}>
              {t('goodbye:return')}
            </Button>
          )}
          <Button
            h={48}
            fz="lg"
            variant={reason === 'removed' ? 'filled' : 'default'}
            component={Link}
            to="/"
          >
            {t('goodbye:home')}
          </Button>
        </div>
      </section>
    </Shell>
  );
}
