// The six digits that were sent: typed, pasted or filled in by the phone, and tried as soon as they are all there.
import { Button, TextInput } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { codeOf } from '../../api/ApiError';
import { useTryCode, type SignedInAs } from '../../api/signIn';
import { useErrorSentence } from '../../api/useErrorSentence';
import { useLanguage } from '../../i18n';
import { digitsOf, length } from './digits';
import type { PendingCode } from './pendingCode';
import classes from './SignInPage.module.css';
import { TimeLeft, useSecondsLeft } from './TimeLeft';
import { useCodeTo } from './useCodeTo';

interface CodeFormProps {
  pending: PendingCode;
  onAsked: (pending: PendingCode) => void;
  onSignedIn: (me: SignedInAs) => void;
  onOther: () => void;
}

export function CodeForm({ pending, onAsked, onSignedIn, onOther }: CodeFormProps) {
  const { t } = useTranslation();
  const sentence = useErrorSentence();
  const [language] = useLanguage();
  const [code, setCode] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const trying = useTryCode();
  const asking = useCodeTo(onAsked);
  const secondsLeft = useSecondsLeft(pending.goodUntil);
  const over = secondsLeft <= 0 || (trying.isError && codeOf(trying.error) === 'code_dead');

  const tryOut = (whole: string) => {
    if (trying.isPending || over) return;
    trying.mutate(
      { id: pending.id, code: whole, language },
      {
        onSuccess: onSignedIn,
        onError: () => {
          setCode('');
          field.current?.focus();
        },
      },
    );
  };
  const change = (text: string) => {
    const digits = digitsOf(text);
    setCode(digits);
    if (digits.length === length) tryOut(digits);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    tryOut(code);
  };
  const failure = asking.error ?? trying.error;
  const wrong = failure ? sentence(failure) : over ? sentence('code_dead') : null;
  return (
    <form className={classes.card} onSubmit={submit} noValidate>
      <p>
        <Trans
          i18nKey="sign_in:code_sent"
          values={{ email: pending.email }}
          components={{ b: <strong className={classes.email} /> }}
        />
      </p>
      <TextInput
        ref={field}
        name="code"
        label={t('sign_in:code')}
        value={code}
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        disabled={over}
        enterKeyHint="go"
        attributes={{ input: { 'aria-invalid': wrong !== null, 'aria-describedby': 'code-hint' } }}
        onChange={(event) => change(event.currentTarget.value)}
        classNames={{ input: classes.code, label: classes.label }}
      />
      <p
        key={trying.failureCount}
        id="code-hint"
        className={wrong ? classes.trouble : classes.hint}
        role={wrong ? 'alert' : undefined}
      >
        {wrong ?? <TimeLeft seconds={secondsLeft} />}
      </p>
      {over ? (
        <Button h={48} fz="lg" fullWidth loading={asking.isPending} onClick={() => asking.ask(pending.email)}>
          {t('sign_in:send_again')}
        </Button>
      ) : (
        <Button type="submit" h={48} fz="lg" fullWidth loading={trying.isPending}>
          {t('sign_in:title')}
        </Button>
      )}
      <p className={classes.hint}>{t('sign_in:nothing_came')}</p>
      <div className={classes.ways}>
        {!over && (
          <Button variant="subtle" loading={asking.isPending} onClick={() => asking.ask(pending.email)}>
            {t('sign_in:send_again')}
          </Button>
        )}
        <Button variant="subtle" onClick={onOther}>
          {t('sign_in:other_address')}
        </Button>
      </div>
    </form>
  );
}
