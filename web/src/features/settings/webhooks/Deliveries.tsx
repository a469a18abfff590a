// What a webhook was told, what it answered, and telling it again.
import { Button } from '@mantine/core';
import { IconAlertCircle, IconCircleCheck, IconClock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useDeliveries, useReplay, type Delivery } from '../../../api/webhooks';
import { Badge } from '../../../ui/Badge';
import { Table, type Column } from '../../../ui/Table';
import { Trouble } from '../../../ui/Trouble';
import { useMoment } from '../../../ui/useMoment';
import { Section } from '../Section';
import classes from './Webhooks.module.css';

const looks = {
  waiting: { icon: IconClock, tone: 'warn' },
  delivered: { icon: IconCircleCheck, tone: 'good' },
  failed: { icon: IconAlertCircle, tone: 'bad' },
} as const;

export function Deliveries({ webhook }: { webhook: string }) {
  const { t } = useTranslation();
  const moment = useMoment();
  const { data, isError, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useDeliveries(webhook);
  const replay = useReplay(webhook);
  const deliveries = data?.pages.flatMap((page) => page.items);
  const columns: Column<Delivery>[] = [
    { id: 'when', name: t('webhooks:when'), width: '168px', cell: ({ created }) => moment(created) },
    {
      id: 'event',
      name: t('webhooks:told'),
      cell: ({ event }) => t(`webhooks:event.${event.replace('.', '_')}`),
    },
    {
      id: 'answer',
      name: t('webhooks:answer'),
      width: 'minmax(0, 1.6fr)',
      plain: true,
      cell: (delivery) => (
        <span>
          <Badge {...looks[delivery.state]}>
            {t(`webhooks:delivery.${delivery.state}`)}
            {delivery.status ? ` · ${delivery.status}` : ''}
          </Badge>
          {delivery.state !== 'delivered' && delivery.answer && (
            <small className={classes.small}>{delivery.answer}</small>
          )}
        </span>
      ),
    },
    {
      id: 'again',
      name: t('webhooks:again'),
      width: '150px',
      buttons: true,
      cell: (delivery) =>
        delivery.state !== 'waiting' && (
          <Button variant="default" h={{ base: 44, sm: 36 }} onClick={() => replay.mutate(delivery.id)}>
            {t('webhooks:again')}
          </Button>
        ),
    },
  ];
  return (
    <Section title={t('webhooks:deliveries')} about={t('webhooks:deliveries_about')}>
      {isError && <Trouble of={error} />}
      {replay.isError && <Trouble of={replay.error} />}
      {deliveries?.length === 0 && <p className={classes.none}>{t('webhooks:nothing_told')}</p>}
      {deliveries && deliveries.length > 0 && (
        <Table name={t('webhooks:deliveries')} columns={columns} rows={deliveries} keyOf={({ id }) => id} />
      )}
      {hasNextPage && (
        <div className={classes.buttons}>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('audit:show_more')}
          </Button>
        </div>
      )}
    </Section>
  );
}
