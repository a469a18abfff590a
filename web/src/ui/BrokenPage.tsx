// What stands in for a page that failed: usually its code could not be fetched after an update of the server.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { HelpContact } from './HelpContact';
import classes from './Shell.module.css';

export function BrokenPage() {
  const { t } = useTranslation();
  return (
    <main className={classes.broken}>
      <h1>{t('common:broken_title')}</h1>
      <p>{t('common:broken_text')}</p>
      <Button h={48} fz="lg" onClick={() => location.reload()}>
        {t('common:reload')}
      </Button>
      <HelpContact />
    </main>
  );
}
