// The audit trail: who did what to what, and when; the newest first.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAuditTrail, type AuditEntry } from '../../../api/system';
import { Table, type Column } from '../../../ui/Table';
import { Trouble } from '../../../ui/Trouble';
import { useMoment } from '../../../ui/useMoment';
import { SettingsPage } from '../SettingsPage';
import { auditWords } from './auditWords';
import classes from './System.module.css';

export function AuditPage() {
  const { t, i18n } = useTranslation();
  const moment = useMoment();
  const { data, isError, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useAuditTrail();
  const entries = data?.pages.flatMap((page) => page.items);
  const words = auditWords(i18n);
  const columns: Column<AuditEntry>[] = [
    { id: 'at', name: t('audit:when'), width: '168px', cell: (entry) => moment(entry.at) },
    { id: 'who', name: t('audit:who'), cell: words.actor },
    { id: 'what', name: t('audit:what'), width: 'minmax(0, 1.3fr)', cell: words.action },
    { id: 'subject', name: t('audit:subject'), cell: words.subject },
    { id: 'details', name: t('audit:details'), width: 'minmax(0, 1.3fr)', buttons: true, cell: Details },
  ];
  return (
    <SettingsPage title={t('settings:part.audit')} about={t('settings:about.audit')}>
      {isError && <Trouble of={error} />}
      {entries && (
        <Table name={t('settings:part.audit')} columns={columns} rows={entries} keyOf={({ id }) => id} />
      )}
      {hasNextPage && (
        <Button
          variant="default"
          className={classes.more}
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t('audit:show_more')}
        </Button>
      )}
    </SettingsPage>
  );
}

function Details(entry: AuditEntry) {
  const { t, i18n } = useTranslation();
  const lines = auditWords(i18n).details(entry);
  if (lines.length === 0) return null;
  return (
    <details className={classes.details}>
      <summary>{t('audit:details')}</summary>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  );
}
