// Being told by the browser that somebody knocks, while its pages are behind others.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNotificationConsent } from '../../../ui/notifications';
import { Section } from '../Section';

export function Notifications() {
  const { t } = useTranslation();
  const { consent, ask } = useNotificationConsent();
  return (
    <Section title={t('settings:me.notifications')} about={t('settings:me.notifications_about')}>
      {consent === 'default' ? (
        <div>
          <Button variant="default" onClick={ask}>
            {t('settings:me.notifications_allow')}
          </Button>
        </div>
      ) : (
        <p role="status">{t(`settings:me.notifications_state.${consent}`)}</p>
      )}
    </Section>
  );
}
