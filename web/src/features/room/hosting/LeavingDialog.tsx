// Asks the only host before they leave: somebody else can host, the meeting can end, or it goes on without a host.
import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Confirm.module.css';

/** The ways out that the only host has. */
export interface Leaving {
  /** Opens the list of people, where another is made host. */
  onHandOver: () => void;
  onEnd: () => void;
  onLeave: () => void;
}

interface LeavingDialogProps extends Leaving {
  opened: boolean;
  onClose: () => void;
}

export function LeavingDialog({ opened, onClose, ...ways }: LeavingDialogProps) {
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
        <LeavingButtons {...ways} />
      </div>
    </Modal>
  );
}

export function LeavingButtons({ onHandOver, onEnd, onLeave }: Leaving) {
  const { t } = useTranslation();
  return (
    <>
      <Button variant="default" h={44} onClick={onHandOver} data-autofocus>
        {t('hosting:leaving.hand_over')}
      </Button>
      <Button variant="default" h={44} onClick={onLeave}>
        {t('hosting:leaving.leave')}
      </Button>
      <Button color="red" h={44} onClick={onEnd}>
        {t('hosting:confirm.end.yes')}
      </Button>
    </>
  );
}
