// A shared screen that has the stage: zoomed and moved by whoever looks, shown alone, changed for the next one.
import { useViewportSize } from '@mantine/hooks';
import {
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconScreenShare,
  IconZoomIn,
  IconZoomOut,
  IconZoomReset,
  type Icon as TablerIcon,
} from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../../../call';
import { VideoTile } from '../../../call/view';
import { Icon } from '../../../ui/Icon';
import type { Tile } from './arrange';
import classes from './SharedScreen.module.css';
import { useFullScreen } from './useFullScreen';
import { useZoom } from './useZoom';
import { walk } from './walk';

interface SharedScreenProps {
  call: Call;
  tile: Tile;
  width: number;
  height: number;
  pinned: boolean;
  onPin: () => void;
  /** Which of how many shared screens this is, and the way to the next; null when it is the only one. */
  others: { place: number; count: number; next: () => void } | null;
}

/** Height of the row of buttons with the gap above it. */
const ROW = 48;

export function SharedScreen({ call, tile, width, height, pinned, onPin, others }: SharedScreenProps) {
  const { t, i18n } = useTranslation();
  const whole = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const full = useFullScreen(whole);
  const viewport = useViewportSize();
  const size = full?.on
    ? { width: viewport.width, height: viewport.height - ROW }
    : { width, height: height - ROW };
  const zoom = useZoom(frame, size);
  const name = t('call:screen_of', { name: tile.person.name || t('common:nameless') });
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent' }).format(zoom.view.scale);
  return (
    <div ref={whole} className={classes.whole} data-full={full?.on || undefined}>
      <div
        ref={frame}
        className={classes.frame}
        data-zoomed={zoom.view.scale > 1 || undefined}
        role="region"
        tabIndex={0}
        aria-label={t('call:share_view', { name })}
        onKeyDown={zoom.onKeyDown}
      >
        <VideoTile
          call={call}
          person={tile.person}
          source="screen"
          width={size.width}
          height={size.height}
          view={zoom.view}
          pinned={pinned}
          onPin={onPin}
        />
      </div>
      <div
        className={classes.row}
        role="group"
        aria-label={t('call:share_bar')}
        onKeyDown={walk}
        data-share-bar
      >
        <Action icon={IconZoomOut} label={t('call:zoom_out')} run={zoom.zoomOut} />
        <span className={`${classes.percent} tabular`} role="status">
          <span className="visually-hidden">{t('call:zoom', { percent })}</span>
          <span aria-hidden="true">{percent}</span>
        </span>
        <Action icon={IconZoomIn} label={t('call:zoom_in')} run={zoom.zoomIn} />
        <Action icon={IconZoomReset} label={t('call:zoom_fit')} run={zoom.fit} />
        {full && (
          <Action
            icon={full.on ? IconArrowsMinimize : IconArrowsMaximize}
            label={full.on ? t('call:leave_full_screen') : t('call:share_full')}
            run={full.toggle}
          />
        )}
        {others && <Action icon={IconScreenShare} label={t('call:share_next', others)} run={others.next} />}
      </div>
    </div>
  );
}

interface ActionProps {
  icon: TablerIcon;
  label: string;
  /** Null when there is nothing to do now: the button stays, and keeps the focus. */
  run: (() => void) | null;
}

function Action({ icon, label, run }: ActionProps) {
  return (
    <button
      type="button"
      className={classes.action}
      aria-disabled={run === null || undefined}
      onClick={() => run?.()}
    >
      <Icon of={icon} size={18} />
      <span>{label}</span>
    </button>
  );
}
