// Somebody is in the call on another device: whether they mean to be there twice.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ApiError } from '../../../api/ApiError';
import classes from './Prejoin.module.css';

export function AlreadyHere({ devices, onAgain }: { devices: string[]; onAgain: () => void }) {
  const { t, i18n } = useTranslation();
  const named = devices.filter((device) => device !== '');
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' }).format(named);
  return (
    <div className={classes.trouble} role="alert">
      <p>{named.length > 0 ? t('prejoin:already_here_on', { devices: list }) : t('prejoin:already_here')}</p>
      <Button variant="default" h={40} mt={12} onClick={onAgain}>
        {t('prejoin:join_twice')}
      </Button>
    </div>
  );
}

/** The devices the server names, in words. */
export function devicesIn({ details }: ApiError): string[] {
  const { devices } = details;
  if (!Array.isArray(devices)) return [];
  return devices.filter((device): device is string => typeof device === 'string');
}
