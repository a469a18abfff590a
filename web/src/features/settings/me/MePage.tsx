// What people say about themselves, and what others have decided about them.
import { useTranslation } from 'react-i18next';
import { SettingsPage } from '../SettingsPage';
import { useSettingsOf } from '../useSettingsOf';
import { Devices } from './Devices';
import { Notifications } from './Notifications';
import { Passkeys } from './Passkeys';
import { Profile } from './Profile';
import { Services } from './Services';
import { Tokens } from './Tokens';

export function MePage() {
  const { t } = useTranslation();
  const me = useSettingsOf();
  return (
    <SettingsPage title={t('settings:part.me')} about={t('settings:about.me')}>
      <Profile key={me.id} me={me} />
      <Notifications />
      <Passkeys />
      <Services />
      <Devices />
      <Tokens />
    </SettingsPage>
  );
}
