// The mirror at the door: own picture or initials, and the two switches over it.
import { IconMicrophone, IconMicrophoneOff, IconUser, IconVideo, IconVideoOff } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PreviewSnapshot } from '../../../call';
import { Icon } from '../../../ui/Icon';
import { Portrait } from '../../../ui/Portrait';
import { isMirrored } from '../call/useLayoutChoices';
import { ariaModifier } from '../modifier';
import classes from './PreviewBox.module.css';

interface PreviewBoxProps {
  name: string;
  snapshot: PreviewSnapshot;
  onToggle: (kind: 'microphone' | 'camera') => void;
}

export function PreviewBox({ name, snapshot, onToggle }: PreviewBoxProps) {
  const { t } = useTranslation();
  const { microphone, camera, asking } = snapshot;
  const video = useRef<HTMLVideoElement>(null);
  const [mirrored] = useState(isMirrored);
  useEffect(() => {
    if (!video.current) return;
    video.current.srcObject = camera.track ? new MediaStream([camera.track]) : null;
  }, [camera.track]);
  return (
    <section className={classes.box} aria-label={t('prejoin:preview')}>
      <video
        ref={video}
        className={classes.video}
        autoPlay
        muted
        playsInline
        aria-hidden="true"
        data-shown={camera.track ? true : undefined}
        data-mirrored={mirrored || undefined}
      />
      {!camera.track && (
        <div className={classes.middle}>
          {name.trim() ? (
            <Portrait name={name} size={112} />
          ) : (
            <span className={classes.nobody}>
              <Icon of={IconUser} size={52} />
            </span>
          )}
          <p className={classes.hint} data-late={asking || undefined}>
            {asking ? t('prejoin:asking') : ''}
          </p>
        </div>
      )}
      <div className={classes.switches}>
        <Switch
          on={microphone.on && microphone.failure === null}
          icon={microphone.on ? IconMicrophone : IconMicrophoneOff}
          label={microphone.on ? t('devices:switch.microphone') : t('devices:switch.microphone_off')}
          state={microphone.on ? t('devices:switch.state_on') : ''}
          shortcut="D"
          onClick={() => onToggle('microphone')}
        />
        <Switch
          on={camera.on && camera.failure === null}
          icon={camera.on ? IconVideo : IconVideoOff}
          label={camera.on ? t('devices:switch.camera') : t('devices:switch.camera_off')}
          state={camera.on ? t('devices:switch.state_on_feminine') : ''}
          shortcut="E"
          onClick={() => onToggle('camera')}
        />
      </div>
    </section>
  );
}

interface SwitchProps {
  on: boolean;
  icon: typeof IconVideo;
  label: string;
  state: string;
  shortcut: string;
  onClick: () => void;
}

function Switch({ on, icon, label, state, shortcut, onClick }: SwitchProps) {
  return (
    <button
      type="button"
      className={classes.switch}
      data-off={!on || undefined}
      aria-keyshortcuts={`${ariaModifier}+${shortcut}`}
      onClick={onClick}
    >
      <Icon of={icon} />
      <span>
        {label}
        <span className="visually-hidden">{state}</span>
      </span>
    </button>
  );
}
