// The services that know the organisation's people and sign them in, for administrators.
import { Button } from '@mantine/core';
import { IconCheck, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useProviders } from '../../../api/providers';
import { Badge } from '../../../ui/Badge';
import { Icon } from '../../../ui/Icon';
import { Trouble } from '../../../ui/Trouble';
import { Row, Rows } from '../Rows';
import { Section } from '../Section';
import { SettingsPage } from '../SettingsPage';
import { AddProviderDialog } from './AddProviderDialog';

export function SignInSettingsPage() {
  const { t } = useTranslation();
  const providers = useProviders();
  const [adding, setAdding] = useState(false);
  return (
    <SettingsPage title={t('settings:part.sign-in')} about={t('settings:about.sign-in')}>
      <Section
        title={t('settings:sign_in.services')}
        about={t('settings:sign_in.services_about')}
        // Whoever may not see them may not add one.
        action={
          providers.data && (
            <Button leftSection={<Icon of={IconPlus} />} onClick={() => setAdding(true)}>
              {t('settings:sign_in.add')}
            </Button>
          )
        }
      >
        {providers.isError && <Trouble of={providers.error} />}
        {providers.data?.length === 0 && <p>{t('settings:sign_in.none')}</p>}
        {providers.data && providers.data.length > 0 && (
          <Rows>
            {providers.data.map((provider) => (
              <Row
                key={provider.id}
                name={provider.name}
                mark={
                  provider.enabled && (
                    <Badge icon={IconCheck} tone="good">
                      {t('settings:sign_in.enabled')}
                    </Badge>
                  )
                }
                facts={[provider.issuer]}
                action={
                  <Button
                    variant="default"
                    h={36}
                    component={Link}
                    to={`/settings/sign-in/${provider.id}`}
                    aria-label={t('settings:sign_in.set_up_named', { name: provider.name })}
                  >
                    {t('settings:sign_in.set_up')}
                  </Button>
                }
              />
            ))}
          </Rows>
        )}
      </Section>
      {adding && <AddProviderDialog onClose={() => setAdding(false)} />}
    </SettingsPage>
  );
}
