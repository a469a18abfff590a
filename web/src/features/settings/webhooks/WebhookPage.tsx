// One webhook: its settings, its secret, what it was told with what it answered, and taking it away.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import {
  useChangeWebhook,
  useRemoveWebhook,
  useRenewSecret,
  useWebhooks,
  type Webhook,
} from '../../../api/webhooks';
import { Dialog } from '../../../ui/Dialog';
import { Form } from '../../../ui/Form';
import { Trouble } from '../../../ui/Trouble';
import { SaveRow } from '../SaveRow';
import { Section } from '../Section';
import { SettingsPage } from '../SettingsPage';
import { Deliveries } from './Deliveries';
import { SecretOnce } from './SecretOnce';
import { WebhookFields } from './WebhookFields';
import classes from './Webhooks.module.css';

export function WebhookPage() {
  const { t } = useTranslation();
  const { webhook: id } = useParams();
  const { data: webhooks, isError, error } = useWebhooks();
  const webhook = webhooks?.find((one) => one.id === id);
  return (
    <SettingsPage
      title={webhook?.name ?? t('settings:part.webhooks')}
      above={{ to: '/settings/webhooks', title: t('settings:part.webhooks') }}
    >
      {isError && <Trouble of={error} />}
      {webhooks && !webhook && <Trouble of="no_such_webhook" />}
      {webhook && (
        <>
          <Settings webhook={webhook} />
          <Deliveries webhook={webhook.id} />
          <Secret webhook={webhook} />
          <Ending webhook={webhook} />
        </>
      )}
    </SettingsPage>
  );
}

function Settings({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const change = useChangeWebhook();
  const saved = { name: webhook.name, url: webhook.url, events: webhook.events };
  const [values, setValues] = useState(saved);
  const changed =
    values.name.trim() !== saved.name ||
    values.url.trim() !== saved.url ||
    values.events.toSorted().join() !== saved.events.toSorted().join();
  return (
    <Section title={t('webhooks:settings')}>
      <Form
        onSubmit={() =>
          change.mutate(
            { id: webhook.id, ...values },
            { onSuccess: ({ name, url, events }) => setValues({ name, url, events }) },
          )
        }
      >
        <WebhookFields values={values} onChange={setValues} />
        <SaveRow saving={change} changed={changed} />
      </Form>
    </Section>
  );
}

function Secret({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const renew = useRenewSecret();
  return (
    <Section title={t('webhooks:secret')} about={t('webhooks:renew_about')}>
      {renew.isError && <Trouble of={renew.error} />}
      <div className={classes.buttons}>
        <Button variant="default" loading={renew.isPending} onClick={() => renew.mutate(webhook.id)}>
          {t('webhooks:renew')}
        </Button>
      </div>
      {renew.data?.secret && (
        <Dialog title={t('webhooks:secret')} onClose={() => renew.reset()}>
          <SecretOnce secret={renew.data.secret} onDone={() => renew.reset()} />
        </Dialog>
      )}
    </Section>
  );
}

function Ending({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const change = useChangeWebhook();
  const remove = useRemoveWebhook();
  return (
    <Section title={t('webhooks:ending')} about={t('webhooks:ending_about')}>
      {change.isError && <Trouble of={change.error} />}
      {remove.isError && <Trouble of={remove.error} />}
      <div className={classes.buttons}>
        <Button
          variant="default"
          loading={change.isPending}
          onClick={() => change.mutate({ id: webhook.id, enabled: !webhook.enabled })}
        >
          {t(webhook.enabled ? 'webhooks:switch_off' : 'webhooks:switch_on')}
        </Button>
        <Button
          variant="default"
          color="clay"
          loading={remove.isPending}
          onClick={() => remove.mutate(webhook.id, { onSuccess: () => void navigate('/settings/webhooks') })}
        >
          {t('webhooks:remove')}
        </Button>
      </div>
    </Section>
  );
}
