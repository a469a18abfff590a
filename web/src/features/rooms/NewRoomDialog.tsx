// Making a room: its name, from which an address is proposed, and who may enter.
import { TextInput } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Room } from '../../api/client';
import { useEstablishments } from '../../api/establishments';
import { addressFrom } from '../../api/address';
import { useMakeRoom, type Access } from '../../api/rooms';
import { Dialog } from '../../ui/Dialog';
import { DialogForm } from '../../ui/DialogForm';
import { EstablishmentField } from '../../ui/EstablishmentField';
import { randomKey } from '../../ui/randomKey';
import { AccessChoice } from './AccessChoice';
import { AddressField, type AddressState } from './AddressField';

interface NewRoomDialogProps {
  onClose: () => void;
  onMade: (room: Room) => void;
}

export function NewRoomDialog({ onClose, onMade }: NewRoomDialogProps) {
  const { t } = useTranslation();
  const establishments = useEstablishments();
  const making = useMakeRoom();
  const [name, setName] = useState('');
  /** What is typed as address; until then the name proposes one. */
  const [typed, setTyped] = useState<string | null>(null);
  const [access, setAccess] = useState<Access>('knock');
  const [establishment, setEstablishment] = useState<string | null>(null);
  const [state, setState] = useState<AddressState>({ address: null, free: false });
  const prefix = establishments.find(({ id }) => id === establishment)?.prefix;
  const proposed = prefix && name.trim() !== '' ? `${prefix} ${name}` : name;
  const { address, free } = state;
  const noteState = useCallback((known: AddressState) => setState(known), []);
  // Another room is another request.
  const key = useMemo(randomKey, [name, address, access, establishment]);

  const submit = () => {
    if (!address || !free) return;
    const room = {
      address,
      name: name.trim() === '' ? undefined : name.trim(),
      access,
      establishment: establishment ?? undefined,
    };
    making.mutate({ key, ...room }, { onSuccess: onMade });
  };
  return (
    <Dialog onClose={onClose} title={t('rooms:new_room')} size={520}>
      <DialogForm
        action={t('rooms:make')}
        doing={making}
        disabled={!free}
        onSubmit={submit}
        onCancel={onClose}
      >
        <TextInput
          label={t('rooms:name')}
          placeholder={t('rooms:name_example')}
          value={name}
          maxLength={64}
          autoComplete="off"
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <EstablishmentField among={establishments} value={establishment} onChange={setEstablishment} />
        <AddressField
          label={t('rooms:address')}
          value={typed ?? addressFrom(proposed) ?? ''}
          onChange={setTyped}
          establishment={establishment ?? undefined}
          onState={noteState}
        />
        <AccessChoice label={t('rooms:who_enters')} value={access} onChange={setAccess} />
      </DialogForm>
    </Dialog>
  );
}
