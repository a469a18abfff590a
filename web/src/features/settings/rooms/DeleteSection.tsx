// Taking a room away, after saying what goes with it.
import { Button } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useDeleteRoom } from '../../../api/rooms';
import { Dialog } from '../../../ui/Dialog';
import { Icon } from '../../../ui/Icon';
import { Trouble } from '../../../ui/Trouble';
import { Section } from '../Section';
import classes from './RoomPage.module.css';
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
        <Dialog onClose={() => setAsking(false)} title={t('rooms:delete_title', { room: room.name })}>
          <div className={classes.confirm}>
            <p>{t('rooms:delete_confirm', { link: `${location.host}/${room.address}` })}</p>
            {(room.participant_count ?? 0) > 0 && (
              <p>
                <strong>{t('rooms:delete_in_use', { count: room.participant_count ?? 0 })}</strong>
              </p>
            )}
            {remove.isError && <Trouble of={remove.error} />}
            <div className={classes.confirmButtons}>
              <Button variant="default" data-autofocus onClick={() => setAsking(false)}>
                {t('common:cancel')}
              </Button>
              <Button
                color="clay"
                loading={remove.isPending}
                onClick={() =>
                  remove.mutate(undefined, { onSuccess: () => void navigate('/settings/rooms') })
                }
              >
                {t('rooms:delete_it')}
              </Button>
            </div>
          </div>
        </Dialog>
      )}
    </Section>
  );
}
