// `/settings` itself: on a phone the list of parts, on a wider screen straight to the first of them.
import { useMediaQuery } from '@mantine/hooks';
import { IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate } from 'react-router';
import { Icon } from '../../ui/Icon';
import { usePageTitle } from '../../ui/usePageTitle';
import { sectionsOf } from './sections';
import classes from './SettingsLayout.module.css';
import { useSettingsOf } from './useSettingsOf';

export function SettingsIndex() {
  const { t } = useTranslation();
  const me = useSettingsOf();
  const wide = useMediaQuery('(min-width: 56em)', undefined, { getInitialValueInEffect: false });
  usePageTitle(t('settings:title'));
  if (wide) return <Navigate to="/settings/me" replace />;
  return (
    <>
      <h1 className={classes.title}>{t('settings:title')}</h1>
      <nav aria-label={t('settings:title')}>
        <ul className={classes.cards}>
          {sectionsOf(me).map(({ path, icon }) => (
            <li key={path}>
              <Link to={`/settings/${path}`} className={classes.card}>
                <Icon of={icon} />
                <span>
                  <strong>{t(`settings:part.${path}`)}</strong>
                  <small>{t(`settings:about.${path}`)}</small>
                </span>
                <Icon of={IconChevronRight} />
              </Link>
            </li>
          ))}
        </ul>
      </nav>
    </>
  );
}
