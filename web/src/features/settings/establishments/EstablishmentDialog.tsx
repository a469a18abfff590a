// One establishment opened: its name and prefix, and taking it away once nothing belongs to it any more.
import { TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  useChangeEstablishment,
  useRemoveEstablishment,
  type Establishment,
} from '../../../api/establishments';
import { Dialog } from '../../../ui/Dialog';
import { Form } from '../../../ui/Form';
import { Trouble } from '../../../ui/Trouble';
import { AskFirst } from '../AskFirst';
import classes from '../Opened.module.css';
import { SaveRow } from '../SaveRow';
import type { Belonging } from './EstablishmentsPage';
import { PrefixField, prefixFrom } from './PrefixField';

interface EstablishmentDialogProps {
  establishment: Establishment;
  /** What belongs to it; undefined until it is known. */
  belonging: Belonging | undefined;
  onClose: () => void;
  onRemoved: () => void;
}

export function EstablishmentDialog({ onClose, ...rest }: EstablishmentDialogProps) {
  return (
    <Dialog onClose={onClose} title={rest.establishment.name}>
      <div className={classes.dialog}>
        <Changes of={rest.establishment} />
        <Removing {...rest} />
      </div>
    </Dialog>
  );
}

function Changes({ of: establishment }: { of: Establishment }) {
  const { t } = useTranslation();
  const change = useChangeEstablishment();
  const [name, setName] = useState(establishment.name);
  const [typed, setTyped] = useState(establishment.prefix ?? '');
  const prefix = prefixFrom(typed);
  const before = establishment.prefix ?? null;
  const changed = prefix !== undefined && (name.trim() !== establishment.name || prefix !== before);
  const save = () =>
    change.mutate(
      { id: establishment.id, name, prefix },
      {
        onSuccess: (saved) => {
          setName(saved.name);
          setTyped(saved.prefix ?? '');
        },
      },
    );
  return (
    <Form onSubmit={save}>
      <TextInput
        label={t('establishments:name')}
        value={name}
        maxLength={64}
        autoComplete="off"
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PrefixField value={typed} onChange={setTyped} />
      {before !== null && prefix !== before && <p>{t('establishments:prefix_changes', { before })}</p>}
      <SaveRow saving={change} changed={changed} />
    </Form>
  );
}

function Removing({ establishment, belonging, onRemoved }: Omit<EstablishmentDialogProps, 'onClose'>) {
  const { t, i18n } = useTranslation();
  const remove = useRemoveEstablishment();
  // This dialog goes with what it shows, before it would be told: the promise stays.
  const submit = () => void remove.mutateAsync(establishment.id).then(onRemoved, () => undefined);
  if (!belonging) return null;
  const { people, rooms } = belonging;
  if (people + rooms > 0) {
    const what = [
      people > 0 && t('establishments:count_people', { count: people }),
      rooms > 0 && t('establishments:count_rooms', { count: rooms }),
    ].filter((one) => one !== false);
    return (
      <div className={classes.foot}>
        <p>
          {t('establishments:linked', {
            what: new Intl.ListFormat(i18n.language, { type: 'conjunction' }).format(what),
          })}
        </p>
      </div>
    );
  }
  return (
    <div className={classes.foot}>
      {remove.isError && <Trouble of={remove.error} />}
      <AskFirst
        icon={IconTrash}
        action={t('establishments:remove')}
        acting={remove.isPending}
        onConfirm={submit}
      >
        <p>{t('establishments:remove_about')}</p>
        {establishment.prefix && <p>{t('establishments:remove_frees', { prefix: establishment.prefix })}</p>}
      </AskFirst>
    </div>
  );
}
