// Asks before what cannot be taken back: putting somebody out, ending the meeting for all.
import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './Confirm.module.css';

export type Question = { about: 'remove'; identity: string; name: string } | { about: 'end' };

interface ConfirmProps {
  question: Question | null;
  onYes: (question: Question) => void;
  onClose: () => void;
}

export function Confirm({ question, onYes, onClose }: ConfirmProps) {
  const { t } = useTranslation();
  const name = question?.about === 'remove' ? question.name : '';
  const about = question?.about ?? 'end';
  return (
    <Modal
      opened={question !== null}
      onClose={onClose}
      title={t(`hosting:confirm.${about}.title`, { name })}
      closeButtonProps={{ 'aria-label': t('common:close'), size: 'lg' }}
    >
      <p className={classes.text}>{t(`hosting:confirm.${about}.text`, { name })}</p>
      <div className={classes.buttons}>
        <Button variant="default" h={44} onClick={onClose} data-autofocus>
          {t('hosting:confirm.no')}
        </Button>
        <Button
          color="red"
          h={44}
          onClick={() => {
            if (question) onYes(question);
            onClose();
          }}
        >
          {t(`hosting:confirm.${about}.yes`)}
        </Button>
      </div>
    </Modal>
  );
}
