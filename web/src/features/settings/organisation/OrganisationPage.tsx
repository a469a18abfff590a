// The organisation: what it is called, how its pages look, whom to ask, who may make an account, and what is kept how long.
import { useTranslation } from 'react-i18next';
import { useWholeOrganisation } from '../../../api/organisation';
import { Trouble } from '../../../ui/Trouble';
import { SettingsPage } from '../SettingsPage';
import { Colour } from './Colour';
import { Help } from './Help';
import { Identity } from './Identity';
import { LogoSection } from './LogoSection';
import { Retention } from './Retention';
import { SignUp } from './SignUp';

export function OrganisationPage() {
  const { t } = useTranslation();
  const { data: organisation, isError, error } = useWholeOrganisation();
  return (
    <SettingsPage title={t('settings:part.organisation')} about={t('settings:about.organisation')}>
      {isError && <Trouble of={error} />}
      {organisation && (
        <>
          <Identity organisation={organisation} />
          <LogoSection organisation={organisation} />
          <Colour organisation={organisation} />
          <Help organisation={organisation} />
          {organisation.policies && (
            <>
              <SignUp policy={organisation.policies.sign_up} />
              <Retention policies={organisation.policies} />
            </>
          )}
        </>
      )}
    </SettingsPage>
  );
}
