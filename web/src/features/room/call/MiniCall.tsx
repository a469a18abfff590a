// The call in a small window of its own: a few pictures and the four main buttons.
import { useElementSize } from '@mantine/hooks';
import {
  IconMicrophone,
  IconMicrophoneOff,
  IconPhoneOff,
  IconVideo,
  IconVideoOff,
} from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { Call, CallSnapshot, PictureKey } from '../../../call';
import { VideoTile } from '../../../call/view';
import type { Leaving } from '../hosting/LeavingDialog';
import { useMediaShortcuts } from '../useMediaShortcuts';
import { BarButton } from './BarButton';
import { chooseGrid } from './grid';
import { HandButton } from './HandButton';
import { arrangeMini, type MiniMemory } from './mini';
import { MiniLeaving } from './MiniLeaving';
import classes from './MiniCall.module.css';
import type { OwnHand } from './useHand';
import { walk } from './walk';

interface MiniCallProps {
  call: Call;
  snapshot: CallSnapshot;
  hand: OwnHand | null;
  mirrored: boolean;
  /** Set for the only host, who is asked before they leave. */
  leaving: Leaving | null;
  window: Window;
}

const GAP = 6;

export function MiniCall(props: MiniCallProps) {
  return createPortal(<Content {...props} />, props.window.document.body);
}

function Content({ call, snapshot, hand, mirrored, leaving, window: small }: MiniCallProps) {
  const { t } = useTranslation();
  const { people, actions, microphone, camera } = snapshot;
  const [asking, setAsking] = useState(false);
  const leave = useRef<HTMLButtonElement>(null);
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const memory = useRef<MiniMemory>({ order: [], speaker: null });
  const { tiles, hidden } = useMemo(() => {
    // Places depend on where people were before: that memory is the reason for the ref.
    const view = arrangeMini(memory.current, people, Date.now());
    memory.current = view.memory;
    return view;
  }, [people]);
  useMediaShortcuts({ microphone: actions.toggleMicrophone, camera: actions.toggleCamera }, small);

  const keysText = tiles.map((tile) => tile.key).join('\n');
  useEffect(() => {
    call.show('mini', keysText === '' ? [] : (keysText.split('\n') as PictureKey[]));
  }, [call, keysText]);
  useEffect(() => () => call.show('mini', []), [call]);

  const { columns, tileWidth, tileHeight } = chooseGrid({ width, height, gap: GAP }, tiles.length);
  return (
    <div className={classes.whole}>
      <div ref={ref} className={classes.pictures}>
        <div
          className={classes.grid}
          style={{ gap: GAP, maxWidth: columns * tileWidth + (columns - 1) * GAP + 1 }}
        >
          {width > 0 &&
            tiles.map((tile) => (
              <VideoTile
                key={tile.key}
                call={call}
                person={tile.person}
                source={tile.source}
                width={tileWidth}
                height={tileHeight}
                mirrored={mirrored}
              />
            ))}
        </div>
        {hidden > 0 && <p className={classes.hidden}>{t('common:others', { count: hidden })}</p>}
      </div>
      <div className={classes.bar} role="toolbar" aria-label={t('call:bar')} onKeyDown={walk}>
        {actions.toggleMicrophone && (
          <BarButton
            icon={microphone.on ? IconMicrophone : IconMicrophoneOff}
            label={microphone.on ? t('devices:switch.microphone') : t('devices:switch.microphone_off')}
            state={microphone.on ? t('devices:switch.state_on') : undefined}
            look={microphone.on ? 'on' : 'off'}
            onClick={actions.toggleMicrophone}
          />
        )}
        {actions.toggleCamera && (
          <BarButton
            icon={camera.on ? IconVideo : IconVideoOff}
            label={camera.on ? t('devices:switch.camera') : t('devices:switch.camera_off')}
            state={camera.on ? t('devices:switch.state_on_feminine') : undefined}
            look={camera.on ? 'on' : 'off'}
            onClick={actions.toggleCamera}
          />
        )}
        {hand && <HandButton hand={hand} />}
        <BarButton
          ref={leave}
          icon={IconPhoneOff}
          label={t('call:leave')}
          look="leave"
          onClick={leaving ? () => setAsking(true) : actions.leave}
        />
      </div>
      {asking && leaving && (
        <MiniLeaving
          {...leaving}
          onStay={() => {
            setAsking(false);
            leave.current?.focus();
          }}
        />
      )}
    </div>
  );
}
