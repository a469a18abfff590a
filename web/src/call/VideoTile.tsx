// One person (or one shared screen) in a call: picture or initials, name, hand, reaction, trouble in words, and pin.
import {
  IconHandStop,
  IconMicrophoneOff,
  IconPin,
  IconPinnedOff,
  IconScreenShare,
} from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../ui/Icon';
import { Portrait } from '../ui/Portrait';
import { Picture } from './Picture';
import { ReactionGlyph } from './ReactionGlyph';
import { pictureKey, type Call, type PersonInCall, type PictureSource } from './types';
import classes from './VideoTile.module.css';

interface VideoTileProps {
  call: Call;
  person: PersonInCall;
  source?: PictureSource;
  width: number;
  height: number;
  /** One's own camera is shown as in a mirror, unless told otherwise. */
  mirrored?: boolean;
  /** The part of the picture to be seen: how large, and where its upper left corner lies in pixels. */
  view?: { scale: number; x: number; y: number } | undefined;
  pinned?: boolean;
  onPin?: (() => void) | undefined;
}

export const VideoTile = memo(function VideoTile({
  call,
  person,
  source = 'camera',
  width,
  height,
  mirrored = true,
  view,
  pinned = false,
  onPin,
}: VideoTileProps) {
  const { t } = useTranslation();
  const screen = source === 'screen';
  const track = screen ? person.screenTrack : person.cameraTrack;
  const name = person.name || t('common:nameless');
  const shown = person.isSelf ? t('call:you') : name;
  const label = screen ? t('call:screen_of', { name: shown }) : shown;
  const portrait = Math.round(
    Math.max(40, Math.min(112, Math.min(width, height) * (height < 150 ? 0.5 : 0.4))),
  );
  return (
    <div
      className={classes.tile}
      role="group"
      aria-label={label}
      data-tile={pictureKey(source, person.id)}
      data-speaking={(!screen && person.speaking) || undefined}
      style={{ width, height }}
    >
      {!screen && (
        <div className={classes.portrait} style={height < 150 ? { bottom: 30 } : undefined}>
          <Portrait name={name} size={portrait} />
        </div>
      )}
      {screen && !track && <div className={classes.portrait}>{t('call:screen_coming')}</div>}
      {track && (
        <div className={classes.picture} style={view && placed(view)}>
          <Picture
            call={call}
            pictureKey={pictureKey(source, person.id)}
            track={track}
            mirrored={mirrored && person.isSelf && !screen}
            fit={screen ? 'contain' : 'cover'}
          />
        </div>
      )}
      <div className={classes.top}>
        {person.connection !== 'good' && !screen && (
          <span className={classes.trouble}>
            {person.connection === 'lost' ? t('call:tile_connection_lost') : t('call:tile_connection_poor')}
          </span>
        )}
        {onPin && (
          <button
            type="button"
            className={classes.pin}
            data-pinned={pinned || undefined}
            onClick={onPin}
            aria-label={pinned ? t('call:unpin_name', { name: label }) : t('call:pin_name', { name: label })}
            title={pinned ? t('call:unpin') : t('call:pin')}
          >
            <Icon of={pinned ? IconPinnedOff : IconPin} size={18} />
          </button>
        )}
        {!screen && person.hand !== null && <Hand turn={person.hand} />}
      </div>
      {!screen && person.reaction && (
        <span
          key={person.reaction.id}
          className={classes.reaction}
          role="img"
          aria-label={t(`call:reaction_${person.reaction.kind}`)}
          data-reaction={person.reaction.kind}
          data-small={height < 150 || undefined}
        >
          <ReactionGlyph kind={person.reaction.kind} size={height < 150 ? 20 : 28} />
        </span>
      )}
      <span className={classes.chip}>
        {screen && <Icon of={IconScreenShare} size={16} />}
        {!screen && !person.microphoneOn && (
          <span className={classes.muted}>
            <Icon of={IconMicrophoneOff} size={16} />
            <span className="visually-hidden">{t('call:microphone_is_off')}</span>
          </span>
        )}
        <span className={classes.name}>
          <bdi>{label}</bdi>
          {!screen && person.role === 'host' && ` · ${t('call:host')}`}
        </span>
        {!screen && person.speaking && <span className="visually-hidden">{t('call:is_speaking')}</span>}
      </span>
    </div>
  );
});

/** Really larger, not only drawn so: what is received follows the size of its element. */
function placed({ scale, x, y }: { scale: number; x: number; y: number }) {
  return { width: `${scale * 100}%`, height: `${scale * 100}%`, transform: `translate(${x}px, ${y}px)` };
}

/** A raised hand with the number of its turn. */
export function Hand({ turn }: { turn: number }) {
  const { t } = useTranslation();
  return (
    <span className={classes.hand}>
      <Icon of={IconHandStop} size={16} />
      <span className="visually-hidden">{t('call:hand_of_turn', { turn })}</span>
      <span className="tabular" aria-hidden="true">
        {turn}
      </span>
    </span>
  );
}
