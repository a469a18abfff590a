// What was looked at, one line each: how it is in one word, and what that means.
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconInfoCircle,
  type Icon as TablerIcon,
} from '@tabler/icons-react';
import { Badge } from './Badge';
import classes from './FindingList.module.css';

export type Verdict = 'good' | 'note' | 'warning' | 'bad';

export interface Line {
  key: string;
  /** What was looked at. */
  name: string;
  /** Null while one still looks. */
  verdict: Verdict | null;
  sentence: string;
}

const looks: Record<Verdict, { icon: TablerIcon; tone?: 'good' | 'warn' | 'bad' }> = {
  good: { icon: IconCircleCheck, tone: 'good' },
  note: { icon: IconInfoCircle },
  warning: { icon: IconAlertTriangle, tone: 'warn' },
  bad: { icon: IconCircleX, tone: 'bad' },
};

/** `words` says each verdict. */
export function FindingList({ lines, words }: { lines: Line[]; words: Record<Verdict, string> }) {
  return (
    <ul className={classes.findings}>
      {lines.map(({ key, name, verdict, sentence }) => (
        <li key={key} className={classes.finding} data-check={key} data-verdict={verdict ?? 'looking'}>
          <strong className={classes.check}>{name}</strong>
          {verdict && <Badge {...looks[verdict]}>{words[verdict]}</Badge>}
          <p className={classes.sentence}>{withWholeOptions(sentence)}</p>
        </li>
      ))}
    </ul>
  );
}

/** Options of the command line are not broken at their hyphens. */
function withWholeOptions(sentence: string) {
  return sentence.split(/(--[a-z-]+)/).map((piece, i) =>
    i % 2 === 1 ? (
      <span key={i} className={classes.option}>
        {piece}
      </span>
    ) : (
      piece
    ),
  );
}
