// One part of the settings: its heading with what it is for, what can be done with the whole of it, and the way back.
import { IconChevronLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Icon } from '../../ui/Icon';
import { usePageTitle } from '../../ui/usePageTitle';
import classes from './SettingsLayout.module.css';

interface SettingsPageProps {
  title: string;
  /** What it is for, in one sentence. */
  about?: string;
  /** Buttons for the whole page, the filled one last. */
  actions?: ReactNode;
  /** The page above, when it is not the list of all settings. */
  above?: { to: string; title: string };
  children: ReactNode;
}

export function SettingsPage({ title, about, actions, above, children }: SettingsPageProps) {
  const { t } = useTranslation();
  usePageTitle(`${title} · ${t('settings:title')}`);
  return (
    <>
      <Link to={above?.to ?? '/settings'} className={classes.back} data-inner={above ? true : undefined}>
        <Icon of={IconChevronLeft} />
        {above?.title ?? t('settings:title')}
      </Link>
      <header className={classes.head}>
        <div>
          <h1 className={classes.title}>
            <bdi>{title}</bdi>
          </h1>
          {about && <p className={classes.about}>{about}</p>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </>
  );
}
