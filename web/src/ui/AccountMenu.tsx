// Who is signed in, at the end of the header: their initials with a menu, or the way to sign in.
import { Menu, UnstyledButton } from '@mantine/core';
import { IconLogout, IconSettings } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { useMe, useSignOut, type Me } from '../api/me';
import { Icon } from './Icon';
import { signInFor } from './next';
import { Portrait } from './Portrait';
import classes from './Shell.module.css';

export function AccountMenu() {
  const { t } = useTranslation();
  const { pathname, search } = useLocation();
  const me = useMe();
  if (me) return <SignedIn me={me} />;
  // Nothing is said before it is known; the sign-in page needs no way to itself.
  if (me === undefined || pathname === '/sign-in') return null;
  return (
    <Link to={signInFor(pathname + search)} className={`${classes.choice} ${classes.signIn}`}>
      {t('common:sign_in')}
    </Link>
  );
}

function SignedIn({ me }: { me: Me }) {
  const { t } = useTranslation();
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <UnstyledButton className={classes.account} aria-label={t('common:account_of', { name: me.name })}>
          <Portrait name={me.name} size={32} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <strong>
            <bdi>{me.name}</bdi>
          </strong>
          <span>{me.email}</span>
        </div>
        <Menu.Divider />
        <Menu.Item component={Link} to="/settings" leftSection={<Icon of={IconSettings} />}>
          {t('common:settings')}
        </Menu.Item>
        <Menu.Item leftSection={<Icon of={IconLogout} />} onClick={() => signOut.mutate()}>
          {t('common:sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
