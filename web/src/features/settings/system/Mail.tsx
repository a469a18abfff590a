// Whether letters leave: what the mail server answered last stands here, while letters wait for it.
import { IconAlertCircle, IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { MailQueue } from '../../../api/system';
import { Badge } from '../../../ui/Badge';
import { Section } from '../Section';
import classes from './System.module.css';

export function Mail({ queue }: { queue: MailQueue }) {
  const { t } = useTranslation();
  const { carrier, letters, trouble } = queue;
  const stuck = letters.failing + letters.dead;
  const ill = carrier === 'nobody' || stuck > 0;
  return (
    <Section title={t('system:mail')} about={t(`system:carrier.${carrier}`)}>
      <p role="status" className={classes.state}>
        <Badge icon={ill ? IconAlertCircle : IconCircleCheck} tone={ill ? 'bad' : 'good'}>
          {t(ill ? 'system:mail_ill' : 'system:mail_well')}
        </Badge>
        <span>{t('system:letters_waiting', { count: letters.waiting })}</span>
        {letters.dead > 0 && <span>{t('system:letters_dead', { count: letters.dead })}</span>}
      </p>
      {stuck > 0 && trouble && (
        <p>
          {t('system:last_trouble')} <span className={classes.answer}>{trouble}</span>
        </p>
      )}
    </Section>
  );
}
