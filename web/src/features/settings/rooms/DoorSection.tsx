// Who enters, who answers, and what everybody reads before they join: what hosts may change.
import { Switch, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangeRoom } from '../../../api/rooms';
import { Form } from '../../../ui/Form';
import { AccessChoice } from '../../rooms';
import { SaveRow } from '../SaveRow';
import { Section } from '../Section';
import type { HostedRoom } from './RoomPage';

/** Characters of a welcome at most, as the server says. */
const longestWelcome = 2000;

export function DoorSection({ room }: { room: HostedRoom }) {
  const { t } = useTranslation();
  const change = useChangeRoom(room.address);
  const [access, setAccess] = useState(room.access);
  const [membersAnswer, setMembersAnswer] = useState(room.settings.members_answer);
  const [welcome, setWelcome] = useState(room.welcome ?? '');
  const said = welcome.trim() === '' ? null : welcome.trim();
  const changed =
    access !== room.access || membersAnswer !== room.settings.members_answer || said !== room.welcome;
  const save = () => change.mutate({ access, members_answer: membersAnswer, welcome: said });
  return (
    <Section title={t('rooms:door')} about={t('rooms:door_about')}>
      <Form onSubmit={save}>
        <AccessChoice label={t('rooms:who_enters')} value={access} onChange={setAccess} />
        <Switch
          label={t('rooms:members_answer')}
          description={t('rooms:members_answer_about')}
          checked={membersAnswer}
          onChange={(event) => setMembersAnswer(event.currentTarget.checked)}
        />
        <Textarea
          label={t('rooms:welcome')}
          description={t('rooms:welcome_about')}
          value={welcome}
          maxLength={longestWelcome}
          autosize
          minRows={3}
          maxRows={12}
          onChange={(event) => setWelcome(event.currentTarget.value)}
        />
        <SaveRow saving={change} changed={changed} />
      </Form>
    </Section>
  );
}
