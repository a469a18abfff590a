// What one comes to a room's page for beside its settings: its link, its code, and its past meetings.
import { Button } from '@mantine/core';
import { IconHistory, IconLink, IconQrcode } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Icon } from '../../../ui/Icon';
import { useCopy } from '../../../ui/useCopy';
import { linkOf, QrCodeDialog } from '../../rooms';

export function RoomActions({ room }: { room: { address: string; name: string } }) {
  const { t } = useTranslation();
  const [copying, copy] = useCopy(linkOf(room.address));
  const [code, setCode] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Button
        variant="default"
        component={Link}
        to={`/${room.address}/meetings`}
        leftSection={<Icon of={IconHistory} />}
      >
        {t('prejoin:past_meetings')}
      </Button>
      <Button
        ref={button}
        variant="default"
        leftSection={<Icon of={IconQrcode} />}
        onClick={() => setCode(true)}
      >
        {t('rooms:qr_code')}
      </Button>
      <Button variant="default" leftSection={<Icon of={IconLink} />} onClick={copy}>
        {copying === 'idle' ? t('rooms:copy_link') : t(`common:${copying}`)}
      </Button>
      {code && <QrCodeDialog room={room} onClose={() => setCode(false)} returnTo={button} />}
    </>
  );
}
