// A button of the call bar: icon above its label, always.
import type { Icon as TablerIcon } from '@tabler/icons-react';
import { forwardRef, type ButtonHTMLAttributes } from 'react';
import { Icon } from '../../../ui/Icon';
import classes from './CallBar.module.css';

interface BarButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: TablerIcon;
  label: string;
  /** Said after the label, for those who do not see the button's look. */
  state?: string;
  look?: 'plain' | 'on' | 'off' | 'active' | 'leave';
  /** A dot that something new waits behind this button. */
  mark?: string | undefined;
}

export const BarButton = forwardRef<HTMLButtonElement, BarButtonProps>(function BarButton(
  { icon, label, state, look = 'plain', mark, className, ...rest },
  ref,
) {
  return (
    <button
      ref={ref}
      type="button"
      className={`${classes.button} ${className ?? ''}`}
      data-look={look}
      {...rest}
    >
      <span className={classes.icon}>
        <Icon of={icon} />
        {mark !== undefined && (
          <span className={`${classes.mark} tabular`} aria-hidden="true">
            {mark}
          </span>
        )}
      </span>
      <span className={classes.label}>
        {label}
        {state && <span className="visually-hidden">{state}</span>}
      </span>
    </button>
  );
});

/** A count as a mark: two digits are all there is room for. */
export const markOf = (count: number) => String(Math.min(count, 99));
