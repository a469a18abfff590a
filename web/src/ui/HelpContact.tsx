// Whom to ask, as the organisation says; on every screen that says no. Nothing while the organisation names nobody.
import { useTranslation } from 'react-i18next';
import { useOrganisation } from '../api/organisation';
import { contactLink } from './contactLink';
import classes from './HelpContact.module.css';

export function HelpContact() {
  const { t } = useTranslation();
  const contact = useOrganisation()?.help_contact;
  if (!contact) return null;
  const link = contactLink(contact);
  return (
    <p className={classes.help}>
      {t('common:need_help')} {link ? <a href={link}>{contact}</a> : contact}
    </p>
  );
}
