// One sign-in service: how it knows us, who may come in through it, and whether it works.
import { useTranslation } from 'react-i18next';
import { Navigate, useParams } from 'react-router';
import { useProviders } from '../../../api/providers';
import { Trouble } from '../../../ui/Trouble';
import { SettingsPage } from '../SettingsPage';
import { Checking } from './Checking';
import { ProviderForm } from './ProviderForm';
import { Removing } from './Removing';

export function ProviderPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const providers = useProviders();
  const provider = providers.data?.find((one) => one.id === id);
  const above = { to: '/settings/sign-in', title: t('settings:part.sign-in') };
  if (providers.data && !provider) return <Navigate to={above.to} replace />;
  return (
    <SettingsPage title={provider?.name ?? ''} above={above}>
      {providers.isError && <Trouble of={providers.error} />}
      {provider && (
        <>
          <ProviderForm key={provider.id} provider={provider} />
          <Checking id={provider.id} />
          <Removing provider={provider} />
        </>
      )}
    </SettingsPage>
  );
}
