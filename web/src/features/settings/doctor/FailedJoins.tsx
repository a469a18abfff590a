// Calls that did not come about, with the cause in words.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFailedJoins, type FailedJoin } from '../../../api/doctor';
import { Table, type Column } from '../../../ui/Table';
import { Trouble } from '../../../ui/Trouble';
import { Section } from '../Section';
import classes from './Doctor.module.css';

export function FailedJoins() {
  const { t, i18n } = useTranslation();
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useFailedJoins();
  const failed = data?.pages.flatMap(({ items }) => items);
  const when = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'short', timeStyle: 'short' });
  const cause = (code: string) => t(`settings:doctor.cause.${code}`, { defaultValue: code });
  const columns: Column<FailedJoin>[] = [
    {
      id: 'when',
      name: t('settings:doctor.when'),
      width: '132px',
      cell: (one) => when.format(new Date(one.at)),
    },
    { id: 'who', name: t('settings:doctor.who'), cell: (one) => one.name },
    { id: 'where', name: t('settings:doctor.where'), cell: (one) => one.address },
    { id: 'why', name: t('settings:doctor.why'), width: 'minmax(0, 2fr)', cell: (one) => cause(one.cause) },
    { id: 'device', name: t('settings:doctor.device'), cell: (one) => one.device },
  ];

  return (
    <Section title={t('settings:doctor.failed')} about={t('settings:doctor.failed_about')}>
      {error && <Trouble of={error} />}
      {failed?.length === 0 && <p className={classes.none}>{t('settings:doctor.failed_none')}</p>}
      {failed && failed.length > 0 && (
        <Table name={t('settings:doctor.failed')} columns={columns} rows={failed} keyOf={(one) => one.id} />
      )}
      {hasNextPage && (
        <Button
          variant="default"
          className={classes.more}
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t('settings:doctor.failed_more')}
        </Button>
      )}
    </Section>
  );
}
