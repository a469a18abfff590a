// Asks whoever chose the tab of the call itself whether they mean it, before anybody sees it.
import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CallSnapshot } from '../../../call';
import classes from './CallScreen.module.css';

export function OwnTabDialog({ snapshot }: { snapshot: Pick<CallSnapshot, 'actions' | 'sharing'> }) {
  const { t } = useTranslation();
  const { dropShare, shareAnyway, shareOther } = snapshot.actions;
  return (
    <Modal
      opened={snapshot.sharing.ownTabHeld}
      onClose={() => dropShare?.()}
      title={t('call:own_tab_title')}
      closeButtonProps={{ 'aria-label': t('common:close'), size: 'lg' }}
    >
      <p>{t('call:own_tab_text')}</p>
      <div className={classes.choices}>
        <Button variant="default" onClick={shareAnyway}>
          {t('call:share_anyway')}
        </Button>
        <Button data-autofocus onClick={shareOther}>
          {t('call:share_instead')}
        </Button>
      </div>
    </Modal>
  );
}
