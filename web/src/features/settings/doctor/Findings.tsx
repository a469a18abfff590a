// What was found, one line each: what the server looked at, and what only this browser can see.
import { useTranslation } from 'react-i18next';
import type { Examination } from '../../../api/doctor';
import { FindingList, type Line } from '../../../ui/FindingList';
import { useNetworkLine, useVerdictWords } from '../../test';

/** Seconds: an answer that takes its time makes less of a difference. */
const clocksAgree = 30;

export function Findings({ of: { findings, apart } }: { of: Examination }) {
  const { t } = useTranslation();
  const words = useVerdictWords();
  const { line: network } = useNetworkLine();
  const lines: Line[] = findings.map(({ check, verdict, code, sentence }, index) => ({
    key: `${code} ${index}`,
    name: t(`settings:doctor.check.${check}`),
    verdict,
    sentence,
  }));
  if (apart > clocksAgree) {
    lines.push({
      key: 'clock_here',
      name: t('settings:doctor.check.clock'),
      verdict: 'warning',
      sentence: t('settings:doctor.clock_here', { seconds: Math.round(apart) }),
    });
  }
  lines.push({ ...network, name: t('settings:doctor.network_here') });
  return <FindingList lines={lines} words={words} />;
}
