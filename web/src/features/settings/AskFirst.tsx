// A button at the foot of what is opened, which asks in its own place before it acts.
import { Button } from '@mantine/core';
import type { Icon as TablerIcon } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/Icon';
import classes from './Opened.module.css';

interface AskFirstProps {
  icon: TablerIcon;
  /** What both buttons say; the first adds that a question follows. */
  action: string;
  acting: boolean;
  onConfirm: () => void;
  /** What it means. */
  children: ReactNode;
}

export function AskFirst({ icon, action, acting, onConfirm, children }: AskFirstProps) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<'not yet' | 'now' | 'declined'>('not yet');
  // Each of the two takes the place of the other, and the focus with it.
  if (asked !== 'now') {
    return (
      <Button
        variant="default"
        color="clay"
        leftSection={<Icon of={icon} />}
        autoFocus={asked === 'declined'}
        onClick={() => setAsked('now')}
      >
        {action}…
      </Button>
    );
  }
  return (
    <div className={classes.confirm}>
      {children}
      <div>
        <Button color="clay" loading={acting} onClick={onConfirm}>
          {action}
        </Button>
        <Button variant="default" autoFocus onClick={() => setAsked('declined')}>
          {t('common:cancel')}
        </Button>
      </div>
    </div>
  );
}
