// Taking a room away, after saying what goes with it.
import { Button } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useDeleteRoom } from '../../../api/rooms';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { Icon } from '../../../ui/Icon';
import { Section } from '../Section';
import type { HostedRoom } from './RoomPage';

export function DeleteSection({ room }: { room: HostedRoom }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const remove = useDeleteRoom(room.address);
  const [asking, setAsking] = useState(false);
  return (
    <Section title={t('rooms:delete')} about={t('rooms:delete_about')}>
      <div>
        <Button
          variant="outline"
          color="clay"
          leftSection={<Icon of={IconTrash} />}
          onClick={() => setAsking(true)}
        >
          {t('rooms:delete_it')}
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          title={t('rooms:delete_title', { room: room.name })}
          action={t('rooms:delete_it')}
          loses
          doing={remove}
          onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate('/settings/rooms') })}
          onClose={() => setAsking(false)}
        >
          <p>{t('rooms:delete_confirm', { link: `${location.host}/${room.address}` })}</p>
          {(room.participant_count ?? 0) > 0 && (
            <p>
              <strong>{t('rooms:delete_in_use', { count: room.participant_count ?? 0 })}</strong>
            </p>
          )}
        </ConfirmDialog>
      )}
    </Section>
  );
}
