// Who is already inside, in faces and in words; keeps its height while the answer is on its way.
import { useTranslation } from 'react-i18next';
import type { Room } from '../../../api/client';
import { listNames } from '../../../ui/listNames';
import { Portrait } from '../../../ui/Portrait';
import classes from './Prejoin.module.css';

/** More names than this become "and n others". */
const NAMED = 3;

export function WhoIsThere({ room, failed }: { room: Room | undefined; failed: boolean }) {
  const { t, i18n } = useTranslation();
  if (!room) return <p className={classes.who}>{failed ? '' : t('prejoin:looking')}</p>;
  const count = room.participant_count;
  if (count === null) return <p className={classes.who} />;
  if (count === 0) return <p className={classes.who}>{t('prejoin:nobody')}</p>;
  // Whoever would have to knock learns how many there are, and not who.
  if (!room.participants) return <p className={classes.who}>{t('prejoin:present_unnamed', { count })}</p>;
  const names = room.participants.map((person) => person.name || t('common:nameless'));
  const said = names
    .slice(0, count > NAMED + 1 ? NAMED : NAMED + 1)
    .map((name) => name.split(' ')[0] ?? name);
  const list = listNames(said, count, (others) => t('common:others', { count: others }), i18n.language);
  return (
    <p className={classes.who}>
      <span className={classes.faces}>
        {names.slice(0, NAMED).map((name, i) => (
          <Portrait key={i} name={name} size={28} />
        ))}
      </span>
      <span>{t('prejoin:present', { count, names: list })}</span>
    </p>
  );
}
