// Removes a sign-in service, after a question: who used it signs in another way.
import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useRemoveProvider, type Provider } from '../../../api/providers';
import { Dialog } from '../../../ui/Dialog';
import { Trouble } from '../../../ui/Trouble';

export function Removing({ provider }: { provider: Provider }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = useRemoveProvider(provider.id);
  return (
    <div>
      <Button variant="subtle" color="clay" onClick={() => setAsking(true)}>
        {t('settings:sign_in.remove')}
      </Button>
      {asking && (
        <Dialog onClose={() => setAsking(false)} title={t('settings:sign_in.remove')}>
          <p>{t('settings:sign_in.remove_about', { name: provider.name })}</p>
          {remove.isError && <Trouble of={remove.error} />}
          <Group justify="flex-end" mt="lg">
            <Button variant="default" onClick={() => setAsking(false)}>
              {t('common:cancel')}
            </Button>
            <Button
              color="clay"
              loading={remove.isPending}
              onClick={() =>
                remove.mutate(undefined, { onSuccess: () => void navigate('/settings/sign-in') })
              }
            >
              {t('common:remove')}
            </Button>
          </Group>
        </Dialog>
      )}
    </div>
  );
}
