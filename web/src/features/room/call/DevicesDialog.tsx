// Devices during a call: the same choices as at the door, effective at once.
import { Modal, Switch } from '@mantine/core';
import { IconMicrophone, IconVideo, IconVolume } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  canChooseSpeaker,
  LevelMeter,
  listDevices,
  noDevices,
  onDevicesChange,
  type CallSnapshot,
  type DeviceList,
} from '../../../call';
import { DevicePicker } from '../devices/DevicePicker';
import { TestSoundButton } from '../devices/TestSoundButton';
import classes from './CallScreen.module.css';

interface DevicesDialogProps {
  snapshot: CallSnapshot;
  opened: boolean;
  onClose: () => void;
}

export function DevicesDialog({ snapshot, opened, onClose }: DevicesDialogProps) {
  const { t } = useTranslation();
  const { chosen, actions, microphone } = snapshot;
  const [devices, setDevices] = useState<DeviceList>(noDevices);
  useEffect(() => {
    if (!opened) return;
    const refresh = () => void listDevices().then(setDevices);
    refresh();
    return onDevicesChange(refresh);
  }, [opened, microphone.on, snapshot.camera.on]);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('devices:all')}
      closeButtonProps={{ 'aria-label': t('common:close'), size: 'lg' }}
    >
      <div className={classes.dialog}>
        <span className={classes.dialogLabel}>{t('devices:microphone')}</span>
        <DevicePicker
          icon={IconMicrophone}
          label={t('devices:microphone')}
          unnamed={t('devices:microphone')}
          none={t('devices:no_microphone')}
          devices={devices.microphone}
          chosen={chosen.microphone}
          onChoose={(id) => actions.chooseDevice('microphone', id)}
          gauge={<LevelMeter track={microphone.level} />}
        />
        {!microphone.on && (
          <p className={classes.dialogHint}>
            {microphone.level ? t('devices:level_only_here') : t('devices:level_needs_microphone')}
          </p>
        )}
        <Switch
          mt={6}
          label={t('devices:muted_warning')}
          description={t('devices:muted_warning_text')}
          checked={microphone.keptOpen}
          onChange={(event) => actions.keepMicrophoneOpen(event.currentTarget.checked)}
        />
        <span className={classes.dialogLabel}>{t('devices:camera')}</span>
        <DevicePicker
          icon={IconVideo}
          label={t('devices:camera')}
          unnamed={t('devices:camera')}
          none={t('devices:no_camera')}
          devices={devices.camera}
          chosen={chosen.camera}
          onChoose={(id) => actions.chooseDevice('camera', id)}
        />
        <span className={classes.dialogLabel}>{t('devices:speaker')}</span>
        <DevicePicker
          icon={IconVolume}
          label={t('devices:speaker')}
          unnamed={t('devices:speaker')}
          none={t('devices:system_speaker')}
          devices={canChooseSpeaker ? devices.speaker : []}
          chosen={chosen.speaker}
          onChoose={(id) => actions.chooseDevice('speaker', id)}
          action={<TestSoundButton speaker={chosen.speaker} />}
        />
      </div>
    </Modal>
  );
}
