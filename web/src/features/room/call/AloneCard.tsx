// Shown to whoever is first: the link to pass on, and what happens next.
import { Button } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../ui/Icon';
import { useCopy } from '../../../ui/useCopy';
import classes from './CallScreen.module.css';

export function AloneCard({ address }: { address: string }) {
  const { t } = useTranslation();
  const [copying, copy] = useCopy(`${location.origin}/${address}`);
  return (
    <section className={classes.alone} aria-label={t('call:alone_title')}>
      <h2>{t('call:alone_title')}</h2>
      <p>{t('call:alone_text')}</p>
      <p className={classes.aloneLink}>
        {location.host}/{address}
      </p>
      <Button leftSection={<Icon of={IconLink} />} onClick={copy}>
        {copying === 'idle' ? t('call:copy_link') : t(`common:${copying}`)}
      </Button>
    </section>
  );
}
