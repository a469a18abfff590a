// What stands under "more", from top to bottom; what cannot be done here and now is absent.
import {
  IconAdjustments,
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconKeyboard,
  IconLanguage,
  IconLayoutGrid,
  IconLayoutSidebarRight,
  IconLink,
  IconMessage,
  IconPictureInPicture,
  IconPictureInPictureOff,
  IconScreenShare,
  IconScreenShareOff,
  IconUsers,
  IconUserScan,
  type Icon as TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ReactionKind } from '../../../call';
import { languages, useLanguage } from '../../../i18n';
import { markOf } from './BarButton';
import type { LayoutChoices } from './useLayoutChoices';

export interface MoreMenuProps {
  phone: boolean;
  choices: LayoutChoices;
  fullScreen: { on: boolean; toggle: () => void } | null;
  /** The small window of the call, where there can be one. */
  mini: { on: boolean; toggle: () => void } | null;
  sharing: { on: boolean; toggle: () => void } | null;
  /** The row of reactions, on phones. */
  react?: ((kind: ReactionKind) => void) | undefined;
  /** The conversation, where the bar has no room for it. */
  chat: { unread: number; open: () => void } | null;
  peopleCount: number;
  onPeople: () => void;
  onView: () => void;
  onDevices: () => void;
  onShortcuts: () => void;
  onCopyLink: () => void;
}

export interface Item {
  key: string;
  icon: TablerIcon;
  label: string;
  /** Set for one choice among several. */
  checked?: boolean;
  divided?: boolean;
  /** A number that something new waits behind it. */
  mark?: string | undefined;
  run: () => void;
}

export function useMoreItems(props: MoreMenuProps): Item[] {
  const { t } = useTranslation();
  const [language, chooseLanguage] = useLanguage();
  const { choices, fullScreen, mini, sharing, phone } = props;
  const items: Item[] = [];
  if (props.chat) {
    items.push({
      key: 'chat',
      icon: IconMessage,
      label: t('call:chat'),
      mark: props.chat.unread > 0 ? markOf(props.chat.unread) : undefined,
      run: props.chat.open,
    });
  }
  if (phone) {
    items.push({
      key: 'people',
      icon: IconUsers,
      label: t('call:people_count', { count: props.peopleCount }),
      run: props.onPeople,
    });
    if (sharing) {
      items.push({
        key: 'share',
        icon: sharing.on ? IconScreenShareOff : IconScreenShare,
        label: sharing.on ? t('call:stop_sharing_screen') : t('call:share_screen'),
        run: sharing.toggle,
      });
    }
  }
  if (phone) {
    items.push(
      {
        key: 'grid',
        icon: IconLayoutGrid,
        label: t('call:layout_grid'),
        checked: choices.layout === 'grid',
        divided: true,
        run: () => choices.setLayout('grid'),
      },
      {
        key: 'speaker',
        icon: IconLayoutSidebarRight,
        label: t('call:layout_speaker'),
        checked: choices.layout === 'speaker',
        run: () => choices.setLayout('speaker'),
      },
    );
  }
  items.push({
    key: 'view',
    icon: IconUserScan,
    label: t('call:view_options'),
    divided: phone,
    run: props.onView,
  });
  if (mini) {
    items.push({
      key: 'mini',
      icon: mini.on ? IconPictureInPictureOff : IconPictureInPicture,
      label: mini.on ? t('call:mini_close') : t('call:mini'),
      run: mini.toggle,
    });
  }
  if (fullScreen) {
    items.push({
      key: 'full',
      icon: fullScreen.on ? IconArrowsMinimize : IconArrowsMaximize,
      label: fullScreen.on ? t('call:leave_full_screen') : t('call:full_screen'),
      run: fullScreen.toggle,
    });
  }
  items.push(
    { key: 'devices', icon: IconAdjustments, label: t('devices:all'), run: props.onDevices },
    { key: 'link', icon: IconLink, label: t('call:copy_link'), run: props.onCopyLink },
  );
  if (!phone) {
    items.push({ key: 'keys', icon: IconKeyboard, label: t('call:shortcuts'), run: props.onShortcuts });
  }
  (Object.keys(languages) as (keyof typeof languages)[]).forEach((code, i) =>
    items.push({
      key: code,
      icon: IconLanguage,
      label: languages[code],
      checked: code === language,
      divided: i === 0,
      run: () => chooseLanguage(code),
    }),
  );
  return items;
}
