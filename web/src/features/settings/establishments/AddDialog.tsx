// Adding an establishment: its name, and how the addresses of its rooms begin.
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddEstablishment, type Establishment } from '../../../api/establishments';
import { Dialog } from '../../../ui/Dialog';
import { DialogForm } from '../../../ui/DialogForm';
import { PrefixField, prefixFrom } from './PrefixField';

interface AddDialogProps {
  onClose: () => void;
  onAdded: (establishment: Establishment) => void;
}

export function AddDialog({ onClose, onAdded }: AddDialogProps) {
  const { t } = useTranslation();
  const add = useAddEstablishment();
  const [name, setName] = useState('');
  const [typed, setTyped] = useState('');
  const prefix = prefixFrom(typed);
  return (
    <Dialog onClose={onClose} title={t('establishments:add')}>
      <DialogForm
        action={t('establishments:add')}
        doing={add}
        disabled={name.trim() === '' || prefix === undefined}
        onSubmit={() => add.mutate({ name, prefix }, { onSuccess: onAdded })}
        onCancel={onClose}
      >
        <TextInput
          label={t('establishments:name')}
          value={name}
          maxLength={64}
          autoComplete="off"
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PrefixField value={typed} onChange={setTyped} />
      </DialogForm>
    </Dialog>
  );
}
