// A state in one or two words, with a shape and a colour.
import type { Icon as TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './Badge.module.css';
import { Icon } from './Icon';

interface BadgeProps {
  icon: TablerIcon;
  tone?: 'good' | 'warn' | 'bad';
  children: ReactNode;
}

export function Badge({ icon, tone, children }: BadgeProps) {
  return (
    <span className={classes.badge} data-tone={tone}>
      <Icon of={icon} size={16} />
      {children}
    </span>
  );
}
