// What was found, one line each: what was looked at, how it is, and what to do.
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconInfoCircle,
  type Icon as TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Examination, Finding } from '../../../api/doctor';
import { Badge } from '../../../ui/Badge';
import classes from './Doctor.module.css';

type Verdict = Finding['verdict'];

const looks: Record<Verdict, { icon: TablerIcon; tone?: 'good' | 'warn' | 'bad' }> = {
  good: { icon: IconCircleCheck, tone: 'good' },
  note: { icon: IconInfoCircle },
  warning: { icon: IconAlertTriangle, tone: 'warn' },
  bad: { icon: IconCircleX, tone: 'bad' },
};

/** Seconds: an answer that takes its time makes less of a difference. */
const clocksAgree = 30;

export function Findings({ of: { findings, apart } }: { of: Examination }) {
  const { t } = useTranslation();
  const lines = findings.map(({ check, verdict, code, sentence }, index) => ({
    key: `${code} ${index}`,
    check,
    verdict,
    sentence,
  }));
  if (apart > clocksAgree) {
    const sentence = t('settings:doctor.clock_here', { seconds: Math.round(apart) });
    lines.push({ key: 'clock_here', check: 'clock', verdict: 'warning', sentence });
  }
  return (
    <ul className={classes.findings}>
      {lines.map(({ key, check, verdict, sentence }) => (
        <li key={key} className={classes.finding}>
          <strong className={classes.check}>{t(`settings:doctor.check.${check}`)}</strong>
          <Badge {...looks[verdict]}>{t(`settings:doctor.verdict.${verdict}`)}</Badge>
          <p className={classes.sentence}>{sentence}</p>
        </li>
      ))}
    </ul>
  );
}
