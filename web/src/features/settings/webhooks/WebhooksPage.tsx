// The webhooks: which programs are told what happens, and the way to add one.
import { Button } from '@mantine/core';
import { IconCircleCheck, IconCircleOff, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useWebhooks, type Webhook } from '../../../api/webhooks';
import { Badge } from '../../../ui/Badge';
import { Icon } from '../../../ui/Icon';
import { Table, type Column } from '../../../ui/Table';
import { Trouble } from '../../../ui/Trouble';
import { SettingsPage } from '../SettingsPage';
import { AddWebhookDialog } from './AddWebhookDialog';
import classes from './Webhooks.module.css';

export function WebhooksPage() {
  const { t } = useTranslation();
  const { data: webhooks, isError, error } = useWebhooks();
  const [adding, setAdding] = useState(false);
  const columns: Column<Webhook>[] = [
    {
      id: 'name',
      name: t('webhooks:name'),
      width: 'minmax(0, 2fr)',
      plain: true,
      cell: (webhook) => (
        <span>
          <Link to={`/settings/webhooks/${webhook.id}`} className={classes.name}>
            {webhook.name}
          </Link>
          <small className={classes.small}>{webhook.url}</small>
        </span>
      ),
    },
    {
      id: 'events',
      name: t('webhooks:events'),
      width: 'minmax(0, 2fr)',
      cell: ({ events }) => events.map((event) => t(`webhooks:event.${event.replace('.', '_')}`)).join(', '),
    },
    { id: 'state', name: t('webhooks:state'), width: '140px', plain: true, cell: State },
  ];
  return (
    <SettingsPage
      title={t('settings:part.webhooks')}
      about={t('settings:about.webhooks')}
      // Whoever may not see them may not add one.
      actions={
        webhooks && (
          <Button leftSection={<Icon of={IconPlus} />} onClick={() => setAdding(true)}>
            {t('webhooks:add')}
          </Button>
        )
      }
    >
      {isError && <Trouble of={error} />}
      {webhooks?.length === 0 && <p className={classes.none}>{t('webhooks:none')}</p>}
      {webhooks && webhooks.length > 0 && (
        <Table
          name={t('settings:part.webhooks')}
          columns={columns}
          rows={webhooks}
          keyOf={({ id }) => id}
          tone={({ enabled }) => (enabled ? undefined : 'quiet')}
        />
      )}
      {adding && <AddWebhookDialog onClose={() => setAdding(false)} />}
    </SettingsPage>
  );
}

function State({ enabled }: Webhook) {
  const { t } = useTranslation();
  return (
    <Badge icon={enabled ? IconCircleCheck : IconCircleOff} tone={enabled ? 'good' : undefined}>
      {t(enabled ? 'webhooks:on' : 'webhooks:off')}
    </Badge>
  );
}
