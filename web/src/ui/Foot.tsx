// The end of every page outside a call: whom to ask, and what the law wants to be told.
import { useTranslation } from 'react-i18next';
import { useOrganisation } from '../api/organisation';
import classes from './Foot.module.css';
import { HelpContact } from './HelpContact';

export function Foot() {
  const { t } = useTranslation();
  const organisation = useOrganisation();
  if (!organisation) return null;
  const { help_contact: help, legal_notice: legal, privacy_notice: privacy } = organisation;
  if (!help && !legal && !privacy) return null;
  return (
    <footer className={classes.foot}>
      <HelpContact />
      {legal && <a href={legal}>{t('common:legal_notice')}</a>}
      {privacy && <a href={privacy}>{t('common:privacy_notice')}</a>}
    </footer>
  );
}
