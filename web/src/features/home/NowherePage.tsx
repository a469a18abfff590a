// For an address no room can have: says so, and leads to the first page.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Shell } from '../../ui/Shell';
import { usePageTitle } from '../../ui/usePageTitle';
import classes from './Home.module.css';

export function NowherePage() {
  const { t } = useTranslation();
  usePageTitle(t('home:nowhere_title'));
  return (
    <Shell>
      <div className={classes.page}>
        <div className={classes.intro}>
          <h1 className={classes.title}>{t('home:nowhere_title')}</h1>
          <p className={classes.lead}>{t('home:nowhere_text')}</p>
        </div>
        <Button h={48} fz="lg" component={Link} to="/">
          {t('home:to_home')}
        </Button>
      </div>
    </Shell>
  );
}
