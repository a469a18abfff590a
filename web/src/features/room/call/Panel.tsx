// What opens beside the stage: a column on wide screens, a sheet from below on phones.
import { CloseButton, Drawer } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Panel.module.css';

interface PanelProps {
  title: string;
  phone: boolean;
  onClose: () => void;
  children: ReactNode;
}

export function Panel({ title, phone, onClose, children }: PanelProps) {
  const { t } = useTranslation();
  if (phone) {
    return (
      <Drawer
        opened
        onClose={onClose}
        position="bottom"
        size="82%"
        title={title}
        closeButtonProps={{ 'aria-label': t('common:close'), size: 'lg' }}
        classNames={{
          content: classes.sheet,
          body: classes.sheetBody,
          title: classes.title,
          header: classes.sheetHeader,
        }}
      >
        {children}
      </Drawer>
    );
  }
  return (
    <Column title={title} onClose={onClose}>
      {children}
    </Column>
  );
}

function Column({ title, onClose, children }: Omit<PanelProps, 'phone'>) {
  const { t } = useTranslation();
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    element.current?.querySelector<HTMLElement>('[data-first-focus]')?.focus();
  }, []);
  return (
    <aside
      ref={element}
      className={classes.column}
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
    >
      <header className={classes.header}>
        <h2 className={classes.title}>{title}</h2>
        <CloseButton aria-label={t('common:close')} size="lg" variant="subtle" onClick={onClose} />
      </header>
      {children}
    </aside>
  );
}
