// A room's link as a picture that telephones read: to point at from a meeting table, or to print on a door.
import { Button } from '@mantine/core';
import { IconDownload, IconLink } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { qrCodeOf } from '../../api/rooms';
import { Dialog } from '../../ui/Dialog';
import { Icon } from '../../ui/Icon';
import { useCopy } from '../../ui/useCopy';
import { linkOf, spokenLinkOf } from './link';
import classes from './QrCodeDialog.module.css';

interface QrCodeDialogProps {
  room: { address: string; name: string };
  onClose: () => void;
  /** What gets the focus afterwards. */
  returnTo: RefObject<HTMLElement | null>;
}

export function QrCodeDialog({ room, onClose, returnTo }: QrCodeDialogProps) {
  const { t } = useTranslation();
  const [copying, copy] = useCopy(linkOf(room.address));
  const picture = qrCodeOf(room.address);
  return (
    <Dialog onClose={onClose} returnTo={returnTo} title={room.name}>
      <div className={classes.body}>
        <img
          className={classes.code}
          src={picture}
          width={240}
          height={240}
          alt={t('rooms:qr_code_of', { link: spokenLinkOf(room.address) })}
        />
        <p className={classes.link}>{spokenLinkOf(room.address)}</p>
        <p className={classes.how}>{t('rooms:qr_code_how')}</p>
        <div className={classes.buttons}>
          <Button variant="default" leftSection={<Icon of={IconLink} />} onClick={copy}>
            {copying === 'idle' ? t('rooms:copy_link') : t(`common:${copying}`)}
          </Button>
          <Button
            variant="default"
            component="a"
            href={picture}
            download={`${room.address}.svg`}
            leftSection={<Icon of={IconDownload} />}
          >
            {t('rooms:download')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
