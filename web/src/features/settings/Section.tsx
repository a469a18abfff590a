// A card of a settings page: what it holds, and why.
import { useId, type ReactNode } from 'react';
import classes from './Section.module.css';

interface SectionProps {
  title: string;
  about?: ReactNode;
  /** Beside the title. */
  action?: ReactNode;
  children?: ReactNode;
}

export function Section({ title, about, action, children }: SectionProps) {
  const id = useId();
  return (
    <section className={classes.card} aria-labelledby={id}>
      <div className={classes.head}>
        <h2 id={id} className={classes.title}>
          {title}
        </h2>
        {action}
      </div>
      {about && <p className={classes.about}>{about}</p>}
      {children}
    </section>
  );
}
