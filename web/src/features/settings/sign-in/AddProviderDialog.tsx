// The first step of a sign-in service: what it is called and where it is. The rest needs the address it sends people
// back to, which it has once it is added.
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useAddProvider } from '../../../api/providers';
import { Dialog } from '../../../ui/Dialog';
import { DialogForm } from '../../../ui/DialogForm';

export function AddProviderDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [issuer, setIssuer] = useState('');
  const add = useAddProvider();
  const submit = () =>
    add.mutate(
      { name, issuer },
      { onSuccess: (provider) => void navigate(`/settings/sign-in/${provider.id}`) },
    );
  return (
    <Dialog onClose={onClose} title={t('settings:sign_in.add')}>
      <DialogForm action={t('settings:sign_in.continue')} doing={add} onSubmit={submit} onCancel={onClose}>
        <TextInput
          label={t('settings:sign_in.name')}
          description={t('settings:sign_in.name_about')}
          value={name}
          maxLength={64}
          autoComplete="off"
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t('settings:sign_in.issuer')}
          description={t('settings:sign_in.issuer_about')}
          value={issuer}
          type="url"
          maxLength={500}
          autoComplete="off"
          onChange={(event) => setIssuer(event.currentTarget.value)}
        />
      </DialogForm>
    </Dialog>
  );
}
