// The three device choices under the preview, with the live gauge and the speaker test.
import {
  IconAdjustmentsHorizontal,
  IconChevronDown,
  IconMicrophone,
  IconVideo,
  IconVolume,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { canChooseSpeaker, LevelMeter, type DeviceKind, type PreviewSnapshot } from '../../../call';
import { DevicePicker } from '../devices/DevicePicker';
import { Icon } from '../../../ui/Icon';
import { TestSoundButton } from '../devices/TestSoundButton';
import classes from './Prejoin.module.css';

interface DeviceRowProps {
  snapshot: PreviewSnapshot;
  /** One line that opens: on small screens the way in comes first. */
  folded?: boolean;
  onChoose: (kind: DeviceKind, id: string) => void;
}

export function DeviceRow({ snapshot, folded = false, onChoose }: DeviceRowProps) {
  const { t } = useTranslation();
  const { devices, chosen, microphone, camera } = snapshot;
  const [silent, setSilent] = useState(false);
  const speakers = canChooseSpeaker ? devices.speaker : [];
  const current = (kind: 'microphone' | 'camera', track: MediaStreamTrack | null) =>
    track?.getSettings().deviceId ?? chosen[kind];
  const gauge = <LevelMeter track={microphone.on ? microphone.track : null} onSilence={setSilent} />;
  const choices = (
    <div className={classes.devices}>
      <DevicePicker
        icon={IconMicrophone}
        label={t('devices:microphone')}
        unnamed={t('devices:microphone')}
        none={microphone.failure === 'no_device' ? t('devices:no_microphone') : t('devices:microphone')}
        devices={devices.microphone}
        chosen={current('microphone', microphone.track)}
        onChoose={(id) => onChoose('microphone', id)}
        gauge={!folded && gauge}
      />
      <DevicePicker
        icon={IconVideo}
        label={t('devices:camera')}
        unnamed={t('devices:camera')}
        none={camera.failure === 'no_device' ? t('devices:no_camera') : t('devices:camera')}
        devices={devices.camera}
        chosen={current('camera', camera.track)}
        onChoose={(id) => onChoose('camera', id)}
      />
      <DevicePicker
        icon={IconVolume}
        label={t('devices:speaker')}
        unnamed={t('devices:speaker')}
        none={t('devices:system_speaker')}
        devices={speakers}
        chosen={chosen.speaker}
        onChoose={(id) => onChoose('speaker', id)}
        action={<TestSoundButton speaker={chosen.speaker} />}
      />
    </div>
  );
  return (
    <>
      {folded ? (
        <details className={classes.fold}>
          <summary>
            <Icon of={IconAdjustmentsHorizontal} />
            <span>{t('devices:all')}</span>
            {gauge}
            <Icon of={IconChevronDown} size={18} />
          </summary>
          {choices}
        </details>
      ) : (
        choices
      )}
      {silent && microphone.on && microphone.track && (
        <p className={classes.silent} role="status">
          {t('devices:silent')}
        </p>
      )}
    </>
  );
}
