// A list of a settings page: what each thing is, what is known of it, and what can be done with it.
import type { ReactNode } from 'react';
import classes from './Rows.module.css';

export function Rows({ children }: { children: ReactNode }) {
  return <ul className={classes.rows}>{children}</ul>;
}

interface RowProps {
  name: string;
  /** Beside the name. */
  mark?: ReactNode;
  facts: string[];
  action?: ReactNode;
}

export function Row({ name, mark, facts, action }: RowProps) {
  return (
    <li className={classes.row}>
      <div className={classes.about}>
        <p className={classes.name}>
          {name} {mark}
        </p>
        <p className={classes.facts}>
          {facts.map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
      </div>
      {action}
    </li>
  );
}
