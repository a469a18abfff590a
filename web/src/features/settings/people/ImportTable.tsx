// The lines of a list with what each would do; what is wrong stands first.
import { Button } from '@mantine/core';
import { IconAlertCircle, IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportLine, ImportReport } from '../../../api/people';
import { useErrorSentence } from '../../../api/useErrorSentence';
import { Badge } from '../../../ui/Badge';
import { Table, type Column } from '../../../ui/Table';

/** Rows drawn at once. */
const atOnce = 100;

export function ImportTable({ report }: { report: ImportReport }) {
  const { t } = useTranslation();
  const [drawn, setDrawn] = useState(atOnce);
  const lines = useMemo(() => {
    const wrong = report.lines.filter(({ outcome }) => outcome === 'error');
    return [...wrong, ...report.lines.filter(({ outcome }) => outcome !== 'error')];
  }, [report]);
  const columns: Column<ImportLine>[] = [
    { id: 'line', name: t('people:line'), width: '56px', cell: ({ line }) => line },
    { id: 'email', name: t('people:email'), width: 'minmax(0, 1.4fr)', cell: ({ email }) => email },
    { id: 'name', name: t('people:name'), cell: ({ name }) => name },
    {
      id: 'outcome',
      name: t('people:outcome_of'),
      width: 'minmax(0, 1.4fr)',
      plain: true,
      cell: (line) => <Result of={line} />,
    },
  ];
  const left = lines.length - drawn;
  return (
    <>
      <Table
        name={t('people:lines')}
        columns={columns}
        rows={lines.slice(0, drawn)}
        keyOf={({ line }) => String(line)}
      />
      {left > 0 && (
        <Button variant="default" justify="center" onClick={() => setDrawn(drawn + atOnce)}>
          {t('people:show_more_lines', { count: Math.min(left, atOnce) })}
        </Button>
      )}
    </>
  );
}

function Result({ of: line }: { of: ImportLine }) {
  const { t } = useTranslation();
  const sentence = useErrorSentence();
  if (line.error) {
    return (
      <Badge icon={IconAlertCircle} tone="bad">
        <span>{sentence(line.error.code)}</span>
      </Badge>
    );
  }
  return line.outcome === 'add' ? (
    <Badge icon={IconCircleCheck} tone="good">
      {t('people:outcome.add')}
    </Badge>
  ) : (
    <Badge icon={IconCircleDashed}>{t('people:outcome.known')}</Badge>
  );
}
