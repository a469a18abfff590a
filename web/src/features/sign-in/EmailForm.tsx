// Where the code is to be sent.
import { Button, TextInput } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorSentence } from '../../api/useErrorSentence';
import type { PendingCode } from './pendingCode';
import classes from './SignInPage.module.css';
import { useCodeTo } from './useCodeTo';

export function EmailForm({ email, onAsked }: { email: string; onAsked: (pending: PendingCode) => void }) {
  const { t } = useTranslation();
  const sentence = useErrorSentence();
  const [typed, setTyped] = useState(email);
  const [empty, setEmpty] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const asking = useCodeTo(onAsked);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim() === '') {
      setEmpty(true);
      field.current?.focus();
      return;
    }
    asking.ask(typed.trim(), () => field.current?.focus());
  };
  const wrong = empty ? t('sign_in:email_missing') : asking.error ? sentence(asking.error) : null;
  return (
    <form className={classes.card} onSubmit={submit} noValidate>
      <TextInput
        ref={field}
        type="email"
        name="email"
        label={t('sign_in:email')}
        value={typed}
        maxLength={254}
        autoComplete="email"
        autoFocus
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        enterKeyHint="next"
        // Mantine overwrites these two when they are given as plain attributes.
        attributes={{ input: { 'aria-invalid': wrong !== null, 'aria-describedby': 'email-hint' } }}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setEmpty(false);
        }}
        classNames={{ input: classes.input, label: classes.label }}
      />
      {/* A fresh element for what is wrong, so that it is announced. */}
      <p
        key={wrong ?? 'hint'}
        id="email-hint"
        className={wrong ? classes.trouble : classes.hint}
        role={wrong ? 'alert' : undefined}
      >
        {wrong ?? t('sign_in:email_hint')}
      </p>
      <Button type="submit" h={48} fz="lg" fullWidth loading={asking.isPending}>
        {t('sign_in:send_code')}
      </Button>
    </form>
  );
}
