// The end of every page outside a call: where to test one's devices, whom to ask, and what the law wants to be told.
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useOrganisation } from '../api/organisation';
import classes from './Foot.module.css';
import { HelpContact } from './HelpContact';

export function Foot() {
  const { t } = useTranslation();
  const organisation = useOrganisation();
  return (
    <footer className={classes.foot}>
      <Link to="/test">{t('common:test_devices')}</Link>
      <HelpContact />
      {organisation?.legal_notice && <a href={organisation.legal_notice}>{t('common:legal_notice')}</a>}
      {organisation?.privacy_notice && <a href={organisation.privacy_notice}>{t('common:privacy_notice')}</a>}
    </footer>
  );
}
