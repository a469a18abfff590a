// The frame of all settings: whose they are, the way between their parts, and the part itself.
import { useTranslation } from 'react-i18next';
import { NavLink, Outlet, useMatch } from 'react-router';
import type { Me } from '../../api/me';
import { Icon } from '../../ui/Icon';
import { Shell } from '../../ui/Shell';
import { SignedInOnly } from '../../ui/SignedInOnly';
import { sectionsOf } from './sections';
import classes from './SettingsLayout.module.css';

export function SettingsLayout() {
  return (
    <Shell>
      <SignedInOnly>{(me) => <Parts me={me} />}</SignedInOnly>
    </Shell>
  );
}

function Parts({ me }: { me: Me }) {
  const { t } = useTranslation();
  const atIndex = useMatch('/settings') !== null;
  return (
    <div className={classes.page}>
      {/* On a phone the list of parts is a page of its own. */}
      {!atIndex && (
        <nav className={classes.side} aria-label={t('settings:title')}>
          <p className={classes.sideTitle}>{t('settings:title')}</p>
          <ul className={classes.list}>
            {sectionsOf(me).map(({ path, icon }) => (
              <li key={path}>
                <NavLink to={`/settings/${path}`} className={classes.link}>
                  <Icon of={icon} />
                  {t(`settings:part.${path}`)}
                </NavLink>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <div className={classes.part}>
        <Outlet context={me} />
      </div>
    </div>
  );
}
