// What comes of a list, in one sentence each; announced.
import { useTranslation } from 'react-i18next';
import type { ListReport } from '../../../api/lists';
import classes from './Lists.module.css';

interface ListOutcomeProps {
  report: ListReport;
  /** How much it adds, or has added. */
  adds: string;
  /** How much is there already. */
  known: string;
}

export function ListOutcome({ report, adds, known }: ListOutcomeProps) {
  const { t } = useTranslation();
  const { totals, encoding } = report;
  const ignored = report.columns.filter((column) => !column.read_as).map(({ header }) => header);
  return (
    <div role="status">
      <ul className={classes.outcome}>
        <li>{adds}</li>
        {totals.known > 0 && <li>{known}</li>}
        {totals.error > 0 && <li data-bad>{t('settings:list.wrong', { count: totals.error })}</li>}
        {encoding !== 'utf-8' && <li>{t('settings:list.encoding', { encoding })}</li>}
        {ignored.length > 0 && <li>{t('settings:list.ignored', { columns: ignored.join(', ') })}</li>}
      </ul>
    </div>
  );
}
