// What somebody reads who comes to a server that nobody has set up: where the welcome link is.
import { useTranslation } from 'react-i18next';
import { Logo } from '../../ui/Logo';
import classes from './WelcomePage.module.css';

export function NotSetUp() {
  const { t } = useTranslation();
  return (
    <div className={classes.page}>
      <div className={classes.intro}>
        <Logo size={56} />
        <h1 className={classes.title}>{t('welcome:not_set_up')}</h1>
      </div>
      <section className={classes.card}>
        <p>{t('welcome:link_where')}</p>
        <ul className={classes.places}>
          <li>
            {t('welcome:in_terminal')} <code>palabre serve</code>
          </li>
          <li>
            {t('welcome:in_journal')} <code>journalctl -u palabre</code>
          </li>
          <li>
            {t('welcome:in_container')} <code>docker logs palabre</code>
          </li>
        </ul>
        <p className={classes.hint}>{t('welcome:link_new')}</p>
      </section>
    </div>
  );
}
