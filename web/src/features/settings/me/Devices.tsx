// The browsers one is signed in with: an unknown one is ended here, or all of them at once.
import { Button } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDevices, useEndDevice, useSignOutEverywhere } from '../../../api/devices';
import { Badge } from '../../../ui/Badge';
import { ConfirmDialog } from '../../../ui/ConfirmDialog';
import { Trouble } from '../../../ui/Trouble';
import { useMoment } from '../../../ui/useMoment';
import { Row, Rows } from '../Rows';
import { Section } from '../Section';

export function Devices() {
  const { t } = useTranslation();
  const moment = useMoment();
  const devices = useDevices();
  const end = useEndDevice();
  const everywhere = useSignOutEverywhere();
  const [asking, setAsking] = useState(false);
  const trouble = devices.error ?? end.error;
  return (
    <Section title={t('settings:me.devices')} about={t('settings:me.devices_about')}>
      {trouble && <Trouble of={trouble} />}
      <Rows>
        {devices.data?.map((device) => (
          <Row
            key={device.id}
            name={device.device || t('settings:me.device_unknown')}
            mark={
              device.here && (
                <Badge icon={IconCheck} tone="good">
                  {t('settings:me.device_here')}
                </Badge>
              )
            }
            facts={[
              t('settings:me.since', { when: moment(device.created) }),
              t('settings:me.seen', { when: moment(device.seen) }),
            ]}
            action={
              <Button
                variant="default"
                h={36}
                aria-label={t('settings:me.end_device', {
                  device: device.device || t('settings:me.device_unknown'),
                })}
                loading={end.isPending && end.variables.id === device.id}
                onClick={() => end.mutate(device)}
              >
                {t('common:sign_out')}
              </Button>
            }
          />
        ))}
      </Rows>
      <div>
        <Button variant="default" onClick={() => setAsking(true)}>
          {t('settings:me.everywhere')}
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          title={t('settings:me.everywhere')}
          action={t('settings:me.everywhere_do')}
          loses
          doing={everywhere}
          onConfirm={() => everywhere.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>{t('settings:me.everywhere_about')}</p>
        </ConfirmDialog>
      )}
    </Section>
  );
}
