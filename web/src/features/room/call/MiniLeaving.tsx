// Asks the only host who leaves from the small window, in its place: a dialog of the tab behind would not be seen.
import { Button } from '@mantine/core';
import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { LeavingButtons, type Leaving } from '../hosting/LeavingDialog';
import classes from './MiniCall.module.css';

export function MiniLeaving({ onStay, ...ways }: Leaving & { onStay: () => void }) {
  const { t } = useTranslation();
  const title = useId();
  const whole = useRef<HTMLDivElement>(null);
  useEffect(() => whole.current?.focus(), []);
  return (
    <div
      ref={whole}
      role="alertdialog"
      aria-modal="true"
      aria-labelledby={title}
      tabIndex={-1}
      className={classes.leaving}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onStay();
      }}
    >
      <h2 id={title}>{t('hosting:leaving.title')}</h2>
      <div>
        <LeavingButtons {...ways} />
        <Button variant="subtle" h={44} onClick={onStay}>
          {t('hosting:confirm.no')}
        </Button>
      </div>
    </div>
  );
}
