// Asks the only host before they leave: somebody else can host, the meeting can end, or it goes on without a host.
import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Confirm.module.css';

interface LeavingDialogProps {
  opened: boolean;
  onClose: () => void;
  /** Opens the list of people, where another is made host. */
  onHandOver: () => void;
  onEnd: () => void;
  onLeave: () => void;
}

export function LeavingDialog({ opened, onClose, onHandOver, onEnd, onLeave }: LeavingDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('hosting:leaving.title')}
      closeButtonProps={{ 'aria-label': t('common:close'), size: 'lg' }}
    >
      <p className={classes.text}>{t('hosting:leaving.text')}</p>
      <div className={classes.buttons}>
        <Button variant="default" h={44} onClick={onHandOver} data-autofocus>
          {t('hosting:leaving.hand_over')}
        </Button>
        <Button variant="default" h={44} onClick={onLeave}>
          {t('hosting:leaving.leave')}
        </Button>
        <Button color="red" h={44} onClick={onEnd}>
          {t('hosting:confirm.end.yes')}
        </Button>
      </div>
    </Modal>
  );
}
