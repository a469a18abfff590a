// What a call must say without being asked: lost connection, blocked sound, a device that refuses.
import { Button, CloseButton, Loader } from '@mantine/core';
import { IconMicrophoneOff, IconPlug, IconScreenShare, IconVolumeOff } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallSnapshot, Shown } from '../../../call';
import { Icon } from '../../../ui/Icon';
import { FailureHelp } from '../devices/FailureHelp';
import classes from './CallScreen.module.css';

interface NoticesProps {
  snapshot: CallSnapshot;
  handFailed: boolean;
  onDevices: () => void;
  /** What else is to be said. */
  children?: ReactNode;
}

export function Notices({ snapshot, handFailed, onDevices, children }: NoticesProps) {
  const { t } = useTranslation();
  const { phase, actions, problem, sharing, microphone, camera, deviceNews } = snapshot;
  const healed = useHealed(phase);
  return (
    <div className={classes.notices}>
      {phase === 'reconnecting' && (
        <div className={classes.banner} data-tone="sun" role="status">
          <Loader size={18} color="var(--sun)" />
          <p>{t('call:reconnecting')}</p>
        </div>
      )}
      {healed && (
        <div className={classes.banner} data-tone="leaf" role="status">
          <p>{t('call:reconnected')}</p>
        </div>
      )}
      {actions.startSound && (
        <div className={classes.banner} role="alert">
          <Icon of={IconVolumeOff} />
          <p>{t('call:sound_blocked')}</p>
          <Button h={36} onClick={actions.startSound}>
            {t('call:start_sound')}
          </Button>
        </div>
      )}
      {sharing.shown && <Sharing shown={sharing.shown} stop={actions.stopSharing} />}
      {/* A host who asks says the same, with the same button. */}
      {microphone.talkingMuted && !snapshot.askedToUnmute && (
        <div className={classes.banner} data-tone="sun" role="status">
          <Icon of={IconMicrophoneOff} />
          <p>{t('call:talking_muted')}</p>
          {actions.toggleMicrophone && (
            <Button h={36} variant="default" onClick={actions.toggleMicrophone}>
              {t('call:unmute')}
            </Button>
          )}
        </div>
      )}
      {deviceNews && (
        <div className={classes.banner}>
          <Icon of={IconPlug} />
          <p className={classes.bannerText} role="status">
            <span>{t(`devices:${deviceNews.change}`, { name: deviceNews.name })}</span>
            {deviceNews.change === 'vanished' && (
              <span className={classes.bannerHint}>{t('devices:vanished_text')}</span>
            )}
          </p>
          <Button h={36} variant="default" onClick={actions.useNewDevice ?? onDevices}>
            {actions.useNewDevice ? t('devices:use') : t('devices:choose')}
          </Button>
          <CloseButton aria-label={t('common:close')} size="lg" onClick={actions.dismissDeviceNews} />
        </div>
      )}
      {handFailed && (
        <div className={classes.banner} data-tone="sun" role="alert">
          <p>{t('call:hand_failed')}</p>
        </div>
      )}
      {children}
      {problem && (
        <div className={classes.problem}>
          <FailureHelp
            where="call"
            device={problem.device}
            failure={problem.failure}
            // What still runs (another device was refused) would be silenced by a toggle, not tried again.
            onRetry={
              problem.device === 'microphone' && !microphone.on
                ? actions.toggleMicrophone
                : problem.device === 'camera' && !camera.on
                  ? actions.toggleCamera
                  : undefined
            }
            onClose={actions.dismissProblem}
          />
        </div>
      )}
    </div>
  );
}

/** True for a moment after the connection came back. */
function useHealed(phase: CallSnapshot['phase']): boolean {
  const [healed, setHealed] = useState(false);
  const before = useRef(phase);
  useEffect(() => {
    const cameBack = before.current === 'reconnecting' && phase === 'connected';
    before.current = phase;
    setHealed(cameBack);
    if (!cameBack) return;
    const timer = setTimeout(() => setHealed(false), 4000);
    return () => clearTimeout(timer);
  }, [phase]);
  return healed;
}

/** What is shared, in words, and the one thing to know about it. */
function Sharing({ shown, stop }: { shown: Shown; stop: (() => void) | undefined }) {
  const { t } = useTranslation();
  const what = shown.surface ? t(`call:you_share_${shown.surface}`) : t('call:you_share');
  const hint = shown.ownTab ? 'own_tab' : shown.echo ? 'echo' : shown.surface === 'screen' ? 'screen' : null;
  return (
    <div className={classes.banner}>
      <Icon of={IconScreenShare} />
      <p className={classes.bannerText}>
        <span>{shown.sound ? t('call:share_with_sound', { what }) : what}</span>
        {hint && <span className={classes.bannerHint}>{t(`call:share_hint_${hint}`)}</span>}
      </p>
      {stop && (
        <Button h={36} variant="default" onClick={stop}>
          {t('call:stop_sharing')}
        </Button>
      )}
    </div>
  );
}
