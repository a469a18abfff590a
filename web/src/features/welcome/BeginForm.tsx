// Organisation, oneself and a first room, in one form; what follows from something else is filled in.
import { Button, TextInput, type TextInputProps } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useBegin } from '../../api/welcome';
import { useLanguage } from '../../i18n';
import { Trouble } from '../../ui/Trouble';
import { filledIn, missing, untouched, type Missing } from './beginning';
import classes from './WelcomePage.module.css';

export function BeginForm({ secret }: { secret: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [language] = useLanguage();
  const [typed, setTyped] = useState(untouched);
  const [wrong, setWrong] = useState<Missing | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const begin = useBegin();
  const all = filledIn(typed);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const lacking = missing(typed);
    setWrong(lacking);
    if (lacking) {
      form.current?.querySelector<HTMLInputElement>(`[name="${lacking}"]`)?.focus();
      return;
    }
    begin.mutate(
      {
        secret,
        organisation: all.organisation.trim(),
        name: all.name.trim(),
        email: all.email.trim(),
        language,
        room: { address: all.address, name: all.roomName.trim() },
      },
      { onSuccess: () => void navigate(`/${all.address}`, { replace: true }) },
    );
  };
  const field = (name: Missing, more: TextInputProps) => (
    <TextInput
      name={name}
      value={all[name]}
      maxLength={64}
      error={wrong === name && t(`welcome:missing.${name}`)}
      onChange={(event) => {
        setTyped({ ...typed, [name]: event.currentTarget.value });
        if (wrong === name) setWrong(null);
      }}
      {...more}
    />
  );
  return (
    <form ref={form} className={classes.card} onSubmit={submit} noValidate>
      {field('organisation', {
        label: t('welcome:organisation'),
        autoFocus: true,
        autoComplete: 'organization',
      })}
      <div className={classes.two}>
        {field('name', { label: t('welcome:name'), autoComplete: 'name' })}
        {field('email', {
          label: t('welcome:email'),
          type: 'email',
          autoComplete: 'email',
          maxLength: 254,
          autoCapitalize: 'none',
          spellCheck: false,
        })}
      </div>
      <div className={classes.two}>
        {field('roomName', { label: t('welcome:room_name'), autoComplete: 'off' })}
        {field('address', {
          label: t('welcome:room_address'),
          autoComplete: 'off',
          autoCapitalize: 'none',
          spellCheck: false,
          maxLength: 63,
        })}
      </div>
      <p className={classes.hint}>
        {all.address
          ? t('welcome:room_found_at', { link: `${location.host}/${all.address}` })
          : t('welcome:room_about')}
      </p>
      {begin.isError && <Trouble of={begin.error} />}
      <Button type="submit" h={48} fz="lg" loading={begin.isPending}>
        {t('welcome:begin')}
      </Button>
    </form>
  );
}
