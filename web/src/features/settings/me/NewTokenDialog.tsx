// Makes a token: what it is called and may do, then the token itself, which is shown this once.
import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddToken, type NewToken } from '../../../api/tokens';
import { Dialog } from '../../../ui/Dialog';
import { DialogForm } from '../../../ui/DialogForm';
import { useCopy } from '../../../ui/useCopy';
import classes from './NewTokenDialog.module.css';

export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<NewToken | null>(null);
  return (
    <Dialog onClose={onClose} title={made?.name ?? t('settings:me.new_token')}>
      {made ? (
        <Shown token={made.token} onClose={onClose} />
      ) : (
        <TokenForm onMade={setMade} onClose={onClose} />
      )}
    </Dialog>
  );
}

/** What the API has so far. */
const nouns = ['rooms', 'people', 'connections'] as const;
type Access = 'none' | 'read' | 'write';

function TokenForm({ onMade, onClose }: { onMade: (token: NewToken) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [access, setAccess] = useState<Record<string, Access>>({});
  const add = useAddToken();
  const submit = () => {
    const scopes = nouns.flatMap((noun) => {
      const wanted = access[noun] ?? 'none';
      return wanted === 'none' ? [] : [`${noun}:${wanted}`];
    });
    add.mutate({ name, scopes }, { onSuccess: onMade });
  };
  return (
    <DialogForm action={t('settings:me.new_token')} doing={add} onSubmit={submit} onCancel={onClose}>
      <TextInput
        label={t('settings:me.token_name')}
        description={t('settings:me.token_name_about')}
        value={name}
        maxLength={64}
        autoComplete="off"
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {nouns.map((noun) => (
        <NativeSelect
          key={noun}
          label={t(`settings:me.noun.${noun}`)}
          value={access[noun] ?? 'none'}
          onChange={(event) => setAccess({ ...access, [noun]: event.currentTarget.value as Access })}
          data={(['none', 'read', 'write'] as const).map((value) => ({
            value,
            label: t(`settings:me.access.${value}`),
          }))}
        />
      ))}
    </DialogForm>
  );
}

function Shown({ token, onClose }: { token: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [copying, copy] = useCopy(token);
  return (
    <div className={classes.shown}>
      <p>{t('settings:me.token_once')}</p>
      <code className={classes.token}>{token}</code>
      <Group justify="flex-end">
        <Button variant="default" onClick={copy}>
          {copying === 'idle' ? t('settings:me.copy_token') : t(`settings:me.token_${copying}`)}
        </Button>
        <Button onClick={onClose}>{t('common:done')}</Button>
      </Group>
    </div>
  );
}
