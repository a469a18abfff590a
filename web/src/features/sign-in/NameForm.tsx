// Somebody new says what they are called; until then their address has named them.
import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { becomes, useChangeMe, type Me } from '../../api/me';
import { Trouble } from '../../ui/Trouble';
import classes from './SignInPage.module.css';

export function NameForm({ me }: { me: Me }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const change = useChangeMe();
  const [name, setName] = useState(me.name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const said = name.trim();
    if (said === me.name) becomes(queries, me);
    else change.mutate({ name: said }, { onSuccess: (named) => becomes(queries, named) });
  };
  return (
    <form className={classes.card} onSubmit={submit} noValidate>
      <p>{t('sign_in:account_made')}</p>
      <TextInput
        label={t('sign_in:name')}
        value={name}
        maxLength={64}
        autoComplete="name"
        autoFocus
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setName(event.currentTarget.value)}
        classNames={{ input: classes.input, label: classes.label }}
      />
      {change.isError && <Trouble of={change.error} />}
      <Button type="submit" h={48} fz="lg" fullWidth loading={change.isPending}>
        {t('sign_in:continue')}
      </Button>
    </form>
  );
}
