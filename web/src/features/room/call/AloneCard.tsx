// Shown to whoever is first: the link to pass on, and what happens next.
import { Button } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../../../ui/copyText';
import { Icon } from '../../../ui/Icon';
import classes from './CallScreen.module.css';

export function AloneCard({ address }: { address: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = () =>
    void copyText(`${location.origin}/${address}`).then((done) => {
      setCopied(done);
      if (done) setTimeout(() => setCopied(false), 3000);
    });
  return (
    <section className={classes.alone} aria-label={t('call:alone_title')}>
      <h2>{t('call:alone_title')}</h2>
      <p>{t('call:alone_text')}</p>
      <p className={classes.aloneLink}>
        {location.host}/{address}
      </p>
      <Button leftSection={<Icon of={IconLink} />} onClick={copy}>
        {copied ? t('common:copied') : t('call:copy_link')}
      </Button>
    </section>
  );
}
