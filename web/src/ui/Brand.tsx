// Whose pages these are: the organisation's logo and name, and Palabre's own before there is one.
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useOrganisation } from '../api/organisation';
import classes from './Brand.module.css';
import { Logo } from './Logo';

export function Brand() {
  const { t } = useTranslation();
  const organisation = useOrganisation();
  const name = organisation?.name ?? 'Palabre';
  return (
    <Link to="/" className={classes.brand} aria-label={t('common:home_link', { name })}>
      {organisation?.logo ? (
        <img src={organisation.logo} alt="" height={32} className={classes.logo} />
      ) : (
        <Logo size={26} />
      )}
      <span aria-hidden="true" className={classes.name}>
        <bdi>{name}</bdi>
      </span>
    </Link>
  );
}
