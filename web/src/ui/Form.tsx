// A form: fields under each other, no wider than one reads with ease.
import type { FormEvent, ReactNode } from 'react';
import classes from './Form.module.css';

export function Form({ onSubmit, children }: { onSubmit: () => void; children: ReactNode }) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      {children}
    </form>
  );
}
