// The verdicts of a list of findings, in words.
import { useTranslation } from 'react-i18next';
import type { Verdict } from '../../ui/FindingList';

export function useVerdictWords(): Record<Verdict, string> {
  const { t } = useTranslation();
  return {
    good: t('test:verdict.good'),
    note: t('test:verdict.note'),
    warning: t('test:verdict.warning'),
    bad: t('test:verdict.bad'),
  };
}
