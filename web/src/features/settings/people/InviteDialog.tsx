// Inviting somebody: who, as what, and where; they get a link by e-mail.
import { Button, TextInput } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Establishment } from '../../../api/establishments';
import type { Me } from '../../../api/me';
import { useInvite, type Person } from '../../../api/people';
import { Dialog } from '../../../ui/Dialog';
import { EstablishmentField } from '../../../ui/EstablishmentField';
import { Form } from '../../../ui/Form';
import { Icon } from '../../../ui/Icon';
import { Trouble } from '../../../ui/Trouble';
import { RoleField } from './RoleField';

interface InviteDialogProps {
  me: Me;
  establishments: Establishment[];
  onClose: () => void;
  onInvited: (person: Person) => void;
}

export function InviteDialog({ me, establishments, onClose, onInvited }: InviteDialogProps) {
  const { t } = useTranslation();
  const invite = useInvite();
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState('member');
  const [establishment, setEstablishment] = useState<string | null>(null);
  const send = () =>
    invite.mutate({ email, name: name.trim() || null, role, establishment }, { onSuccess: onInvited });
  return (
    <Dialog onClose={onClose} title={t('people:invite')}>
      <Form onSubmit={send}>
        <TextInput
          type="email"
          label={t('people:email')}
          value={email}
          maxLength={254}
          autoComplete="off"
          data-autofocus
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <TextInput
          label={t('people:name')}
          description={t('people:name_optional')}
          value={name}
          maxLength={64}
          autoComplete="off"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <RoleField me={me} value={role} onChange={setRole} />
        <EstablishmentField among={establishments} value={establishment} onChange={setEstablishment} />
        {invite.isError && <Trouble of={invite.error} />}
        <Button
          type="submit"
          loading={invite.isPending}
          disabled={email.trim() === ''}
          leftSection={<Icon of={IconSend} />}
        >
          {t('people:send_invitation')}
        </Button>
      </Form>
    </Dialog>
  );
}
