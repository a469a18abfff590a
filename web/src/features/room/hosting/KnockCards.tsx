// Who stands at the door, where hosts look: a card each, and everybody at one word.
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Decision, Knock } from '../../../api/hosting';
import { Portrait } from '../../../ui/Portrait';
import classes from './KnockCards.module.css';
import { useKnockNotices } from './useKnockNotices';

/** More cards than this would hide the pictures; the others are counted. */
const SHOWN = 3;

interface KnockCardsProps {
  knocks: Knock[];
  answer: (knock: string, decision: Decision) => Promise<void>;
  admitAll: () => Promise<void>;
}

export function KnockCards({ knocks, answer, admitAll }: KnockCardsProps) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const others = knocks.length - SHOWN;
  const all = () => {
    setBusy(true);
    void admitAll().finally(() => setBusy(false));
  };
  return (
    <section className={classes.cards} aria-label={t('hosting:at_the_door')} data-knocks={knocks.length}>
      <KnockAnnouncer knocks={knocks} />
      {knocks.slice(0, SHOWN).map((knock) => (
        <KnockCard key={knock.id} knock={knock} answer={answer} />
      ))}
      {knocks.length > 1 && (
        <div className={classes.all}>
          {others > 0 && <p>{t('hosting:others_knock', { count: others })}</p>}
          <Button h={40} variant="default" loading={busy} onClick={all}>
            {t('hosting:admit_all', { count: knocks.length })}
          </Button>
        </div>
      )}
    </section>
  );
}

function KnockCard({ knock, answer }: { knock: Knock; answer: KnockCardsProps['answer'] }) {
  const { t } = useTranslation();
  const [deciding, setDeciding] = useState<Decision | null>(null);
  const decide = (decision: Decision) => {
    setDeciding(decision);
    void answer(knock.id, decision).finally(() => setDeciding(null));
  };
  const held = knock.state === 'held';
  const { name } = knock;
  return (
    <article className={classes.card} data-knock={knock.id} data-state={knock.state}>
      <Portrait name={name} size={36} />
      <div className={classes.words}>
        <strong>
          <bdi>{name}</bdi>
        </strong>
        <span>
          {held ? t('hosting:waits') : t('hosting:knocks')}
          {knock.known && ` · ${t('hosting:signed_in')}`}
        </span>
      </div>
      <div className={classes.buttons}>
        <Button
          h={40}
          loading={deciding === 'admit'}
          disabled={deciding !== null}
          onClick={() => decide('admit')}
          aria-label={t('hosting:admit_name', { name })}
        >
          {t('hosting:admit')}
        </Button>
        {!held && (
          <Button
            h={40}
            variant="default"
            loading={deciding === 'hold'}
            disabled={deciding !== null}
            onClick={() => decide('hold')}
            aria-label={t('hosting:hold_name', { name })}
          >
            {t('hosting:hold')}
          </Button>
        )}
        <Button
          h={40}
          variant="subtle"
          color="red"
          loading={deciding === 'refuse'}
          disabled={deciding !== null}
          onClick={() => decide('refuse')}
          aria-label={t('hosting:refuse_name', { name })}
        >
          {t('hosting:refuse')}
        </Button>
      </div>
    </article>
  );
}

/** Says who knocks, once, to those who do not see the cards. */
function KnockAnnouncer({ knocks }: { knocks: Knock[] }) {
  const { t } = useTranslation();
  const notices = useMemo(
    () => knocks.map(({ id, name }) => ({ id, text: t('hosting:knocks_name', { name }) })),
    [knocks, t],
  );
  useKnockNotices(notices);
  return (
    <div className="visually-hidden" role="status" aria-live="polite" aria-atomic="false">
      {knocks.map(({ id, name }) => (
        <p key={id}>{t('hosting:knocks_name', { name })}</p>
      ))}
    </div>
  );
}
