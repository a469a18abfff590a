// The secret of a webhook, shown once, to be copied into the program that verifies what it is told.
import { Button, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCopy } from '../../../ui/useCopy';
import classes from './Webhooks.module.css';

export function SecretOnce({ secret, onDone }: { secret: string; onDone: () => void }) {
  const { t } = useTranslation();
  const [state, copy] = useCopy(secret);
  return (
    <div className={classes.secret}>
      <p>{t('webhooks:secret_about')}</p>
      <TextInput
        label={t('webhooks:secret')}
        value={secret}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
      />
      <div className={classes.buttons}>
        <Button onClick={copy}>{t('webhooks:copy')}</Button>
        <Button variant="default" onClick={onDone}>
          {t('webhooks:secret_kept')}
        </Button>
      </div>
      <p role="status">{state !== 'idle' && t(`webhooks:copy_${state}`)}</p>
    </div>
  );
}
