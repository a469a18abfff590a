// One person opened: what they are and may, their invitation, and whether their account is open.
import { Button, Checkbox, TextInput } from '@mantine/core';
import { IconSend, IconUserCheck, IconUserOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Me } from '../../../api/me';
import type { Establishment } from '../../../api/establishments';
import { useChangePerson, useInviteAgain, type Person } from '../../../api/people';
import { Dialog } from '../../../ui/Dialog';
import { EstablishmentField } from '../../../ui/EstablishmentField';
import { Form } from '../../../ui/Form';
import { Icon } from '../../../ui/Icon';
import { Trouble } from '../../../ui/Trouble';
import { AskFirst } from '../AskFirst';
import classes from '../Opened.module.css';
import { SaveRow } from '../SaveRow';
import { RoleField } from './RoleField';

interface PersonDialogProps {
  person: Person;
  me: Me;
  establishments: Establishment[];
  onClose: () => void;
}

export function PersonDialog({ person, me, establishments, onClose }: PersonDialogProps) {
  return (
    <Dialog onClose={onClose} title={person.name}>
      <div className={classes.dialog}>
        <p>{person.email}</p>
        <Changes person={person} me={me} establishments={establishments} />
        {person.state === 'invited' && <Invitation person={person} />}
        {person.id !== me.id && <Account person={person} />}
      </div>
    </Dialog>
  );
}

function Changes({ person, me, establishments }: Omit<PersonDialogProps, 'onClose'>) {
  const { t } = useTranslation();
  const change = useChangePerson();
  const [name, setName] = useState(person.name);
  const [role, setRole] = useState(person.role);
  const [establishment, setEstablishment] = useState(person.establishment ?? null);
  const [integrations, setIntegrations] = useState(person.manages_integrations);
  const individual = role === 'individual';
  const changed =
    name.trim() !== person.name ||
    role !== person.role ||
    establishment !== (person.establishment ?? null) ||
    (integrations && !individual) !== person.manages_integrations;
  const save = () =>
    change.mutate(
      { id: person.id, name, role, establishment, manages_integrations: integrations && !individual },
      { onSuccess: (saved) => setName(saved.name) },
    );
  return (
    <Form onSubmit={save}>
      <TextInput
        label={t('people:name')}
        value={name}
        maxLength={64}
        autoComplete="off"
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <RoleField me={me} value={role} onChange={setRole} />
      <EstablishmentField among={establishments} value={establishment} onChange={setEstablishment} />
      {/* Owners manage integrations anyway, and individuals cannot. */}
      {role !== 'owner' && !individual && (
        <Checkbox
          label={t('people:manages_integrations')}
          description={t('people:manages_integrations_about')}
          checked={integrations}
          onChange={(event) => setIntegrations(event.currentTarget.checked)}
        />
      )}
      <SaveRow saving={change} changed={changed} />
    </Form>
  );
}

function Invitation({ person }: { person: Person }) {
  const { t } = useTranslation();
  const again = useInviteAgain();
  return (
    <div className={classes.foot}>
      <p>{t('people:invited_about')}</p>
      {again.isError && <Trouble of={again.error} />}
      <Button
        variant="default"
        loading={again.isPending}
        leftSection={<Icon of={IconSend} />}
        onClick={() => again.mutate(person.id)}
      >
        {t('people:invite_again')}
      </Button>
      <p role="status">{again.isSuccess && t('people:invitation_sent')}</p>
    </div>
  );
}

function Account({ person }: { person: Person }) {
  const { t } = useTranslation();
  const change = useChangePerson();
  const set = (active: boolean) => change.mutate({ id: person.id, active });
  return (
    <div className={classes.foot}>
      {change.isError && <Trouble of={change.error} />}
      {person.state === 'deactivated' ? (
        <Button
          variant="default"
          loading={change.isPending}
          leftSection={<Icon of={IconUserCheck} />}
          onClick={() => set(true)}
        >
          {t('people:reactivate')}
        </Button>
      ) : (
        <AskFirst
          icon={IconUserOff}
          action={t('people:deactivate')}
          acting={change.isPending}
          onConfirm={() => set(false)}
        >
          <p>{t('people:deactivate_about', { name: person.name })}</p>
        </AskFirst>
      )}
    </div>
  );
}
