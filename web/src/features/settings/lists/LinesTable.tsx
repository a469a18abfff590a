// The lines of a list with what each would do; what is wrong stands first.
import { Button } from '@mantine/core';
import { IconAlertCircle, IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../../api/ApiError';
import type { ListLine } from '../../../api/lists';
import { useErrorSentence } from '../../../api/useErrorSentence';
import { Badge } from '../../../ui/Badge';
import { Table, type Column } from '../../../ui/Table';

/** Rows drawn at once. */
const atOnce = 100;

interface LinesTableProps<Line> {
  lines: readonly Line[];
  /** What a line says, between its number and what it does. */
  columns: Column<Line>[];
  /** What it is called that a line adds something. */
  adds: string;
  /** What it is called that what it names is there already. */
  known: string;
}

export function LinesTable<Line extends ListLine>({ lines, columns, adds, known }: LinesTableProps<Line>) {
  const { t } = useTranslation();
  const [drawn, setDrawn] = useState(atOnce);
  const sorted = useMemo(() => {
    const wrong = lines.filter(({ outcome }) => outcome === 'error');
    return [...wrong, ...lines.filter(({ outcome }) => outcome !== 'error')];
  }, [lines]);
  const all: Column<Line>[] = [
    { id: 'line', name: t('settings:list.line'), width: '56px', cell: ({ line }) => line },
    ...columns,
    {
      id: 'outcome',
      name: t('settings:list.outcome_of'),
      width: 'minmax(0, 1.4fr)',
      plain: true,
      cell: (line) => <Result of={line} adds={adds} known={known} />,
    },
  ];
  const left = sorted.length - drawn;
  return (
    <>
      <Table
        name={t('settings:list.lines')}
        columns={all}
        rows={sorted.slice(0, drawn)}
        keyOf={({ line }) => String(line)}
      />
      {left > 0 && (
        <Button variant="default" justify="center" onClick={() => setDrawn(drawn + atOnce)}>
          {t('settings:list.show_more', { count: Math.min(left, atOnce) })}
        </Button>
      )}
    </>
  );
}

function Result({ of: { outcome, error }, adds, known }: { of: ListLine; adds: string; known: string }) {
  const sentence = useErrorSentence();
  if (error) {
    return (
      <Badge icon={IconAlertCircle} tone="bad">
        <span>{sentence(ApiError.from(error, 422))}</span>
      </Badge>
    );
  }
  return outcome === 'add' ? (
    <Badge icon={IconCircleCheck} tone="good">
      {adds}
    </Badge>
  ) : (
    <Badge icon={IconCircleDashed}>{known}</Badge>
  );
}
