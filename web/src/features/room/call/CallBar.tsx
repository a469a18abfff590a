// The bar of a call: what one does with one's own devices, what one opens, and leaving.
import {
  IconMessage,
  IconMicrophone,
  IconMicrophoneOff,
  IconPhoneOff,
  IconScreenShare,
  IconScreenShareOff,
  IconUsers,
  IconVideo,
  IconVideoOff,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CallSnapshot } from '../../../call';
import { ariaModifier, modifier } from '../modifier';
import { BarButton, markOf } from './BarButton';
import classes from './CallBar.module.css';
import { HandButton } from './HandButton';
import { MoreMenu } from './MoreMenu';
import type { MoreMenuProps } from './moreItems';
import { ReactButton } from './Reactions';
import type { OwnHand } from './useHand';
import { walk } from './walk';

export type PanelName = 'chat' | 'people';

interface CallBarProps {
  snapshot: CallSnapshot;
  hand: OwnHand | null;
  phone: boolean;
  panel: PanelName | null;
  unread: number;
  onPanel: (panel: PanelName) => void;
  onLeave: () => void;
  more: MoreMenuProps;
}

export function CallBar({ snapshot, hand, phone, panel, unread, onPanel, onLeave, more }: CallBarProps) {
  const { t } = useTranslation();
  const { actions, microphone, camera, people } = snapshot;
  const leave = <BarButton icon={IconPhoneOff} label={t('call:leave')} look="leave" onClick={onLeave} />;
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('call:bar')} onKeyDown={walk}>
      {phone && leave}
      {actions.toggleMicrophone && (
        <BarButton
          icon={microphone.on ? IconMicrophone : IconMicrophoneOff}
          label={microphone.on ? t('devices:switch.microphone') : t('devices:switch.microphone_off')}
          state={microphone.on ? t('devices:switch.state_on') : undefined}
          look={microphone.on ? 'on' : 'off'}
          aria-busy={microphone.busy || undefined}
          aria-keyshortcuts={`${ariaModifier}+D`}
          title={t('call:microphone_shortcut', { keys: `${modifier}+D` })}
          onClick={actions.toggleMicrophone}
        />
      )}
      {actions.toggleCamera && (
        <BarButton
          icon={camera.on ? IconVideo : IconVideoOff}
          label={camera.on ? t('devices:switch.camera') : t('devices:switch.camera_off')}
          state={camera.on ? t('devices:switch.state_on_feminine') : undefined}
          look={camera.on ? 'on' : 'off'}
          aria-busy={camera.busy || undefined}
          aria-keyshortcuts={`${ariaModifier}+E`}
          title={t('call:camera_shortcut', { keys: `${modifier}+E` })}
          onClick={actions.toggleCamera}
        />
      )}
      {!phone && actions.startSharing && (
        <BarButton icon={IconScreenShare} label={t('call:share')} onClick={actions.startSharing} />
      )}
      {!phone && actions.stopSharing && (
        <BarButton
          icon={IconScreenShareOff}
          label={t('call:stop_sharing')}
          look="active"
          onClick={actions.stopSharing}
        />
      )}
      {!phone && actions.react && <ReactButton react={actions.react} />}
      {hand && <HandButton hand={hand} />}
      {!phone && <span className={classes.divider} />}
      {/* A phone's bar has room for five: whose hand can be raised writes from the sheet. */}
      {!(phone && hand) && (
        <BarButton
          icon={IconMessage}
          label={t('call:chat')}
          state={unread > 0 ? t('call:unread', { count: unread }) : undefined}
          look={panel === 'chat' ? 'active' : 'plain'}
          aria-expanded={panel === 'chat'}
          mark={unread > 0 ? markOf(unread) : undefined}
          data-panel="chat"
          onClick={() => onPanel('chat')}
        />
      )}
      {!phone && (
        <BarButton
          icon={IconUsers}
          label={t('call:people_count', { count: people.length })}
          look={panel === 'people' ? 'active' : 'plain'}
          aria-expanded={panel === 'people'}
          data-panel="people"
          onClick={() => onPanel('people')}
        />
      )}
      <MoreMenu {...more} />
      {!phone && <span className={classes.divider} />}
      {!phone && leave}
    </div>
  );
}
