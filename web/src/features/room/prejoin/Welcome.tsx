// What the room says to those who come, before they join and while they wait.
import { useTranslation } from 'react-i18next';
import { Linked } from '../../../ui/Linked';
import classes from './Welcome.module.css';

export function Welcome({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    // A long one scrolls: the keyboard must get there, too.
    <section className={classes.welcome} aria-label={t('prejoin:welcome')} tabIndex={0} dir="auto">
      <Linked text={text} />
    </section>
  );
}
