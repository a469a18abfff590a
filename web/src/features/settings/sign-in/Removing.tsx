// Removes a sign-in service, after a question: who used it signs in another way.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useRemoveProvider, type Provider } from '../../../api/providers';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';

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
        <ConfirmDialog
          title={t('settings:sign_in.remove')}
          action={t('common:remove')}
          loses
          doing={remove}
          onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate('/settings/sign-in') })}
          onClose={() => setAsking(false)}
        >
          <p>{t('settings:sign_in.remove_about', { name: provider.name })}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
