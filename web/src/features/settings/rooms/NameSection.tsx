// What a room is called, where it belongs, and how many people it is for.
import { NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEstablishments } from '../../../api/establishments';
import { useChangeRoom } from '../../../api/rooms';
import { EstablishmentField } from '../../../ui/EstablishmentField';
import { Form } from '../../../ui/Form';
import { SaveRow } from '../SaveRow';
import { Section } from '../Section';
import type { HostedRoom } from './RoomPage';

export function NameSection({ room }: { room: HostedRoom }) {
  const { t } = useTranslation();
  const change = useChangeRoom(room.address);
  const establishments = useEstablishments();
  const [name, setName] = useState(room.name);
  const [limit, setLimit] = useState<number | string>(room.people_limit);
  const [establishment, setEstablishment] = useState(room.settings.establishment?.id ?? null);
  const most = room.settings.most_people;
  const changed =
    name.trim() !== room.name ||
    limit !== room.people_limit ||
    establishment !== (room.settings.establishment?.id ?? null);
  const save = () =>
    change.mutate(
      {
        name: name.trim(),
        // An empty field is a number the server explains.
        people_limit: typeof limit === 'number' ? limit : 0,
        establishment,
      },
      { onSuccess: (saved) => setName(saved.name) },
    );
  return (
    <Section title={t('rooms:general')}>
      <Form onSubmit={save}>
        <TextInput
          label={t('rooms:name')}
          value={name}
          maxLength={64}
          autoComplete="off"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <EstablishmentField among={establishments} value={establishment} onChange={setEstablishment} />
        <NumberInput
          label={t('rooms:people_limit')}
          description={t('rooms:people_limit_about', { most })}
          value={limit}
          onChange={setLimit}
          min={1}
          max={most}
          allowDecimal={false}
          allowNegative={false}
          clampBehavior="none"
          maw={200}
        />
        <SaveRow saving={change} changed={changed} />
      </Form>
    </Section>
  );
}
