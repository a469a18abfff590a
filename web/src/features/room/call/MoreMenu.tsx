// Everything that is not needed at every moment of a call: a menu on wide screens, a sheet on phones.
import { Drawer, Menu } from '@mantine/core';
import {
  IconAdjustments,
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconCheck,
  IconDots,
  IconKeyboard,
  IconLanguage,
  IconLayoutGrid,
  IconLayoutSidebarRight,
  IconLink,
  IconScreenShare,
  IconScreenShareOff,
  IconUser,
  IconUserOff,
  IconUsers,
  type Icon as TablerIcon,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { languages, useLanguage } from '../../../i18n';
import { Icon } from '../../../ui/Icon';
import { RadioMenuItem } from '../../../ui/RadioMenuItem';
import { BarButton } from './BarButton';
import classes from './MoreMenu.module.css';
import type { LayoutChoices } from './useArrangement';

export interface MoreMenuProps {
  phone: boolean;
  choices: LayoutChoices;
  fullScreen: { on: boolean; toggle: () => void } | null;
  sharing: { on: boolean; toggle: () => void } | null;
  peopleCount: number;
  onPeople: () => void;
  onDevices: () => void;
  onShortcuts: () => void;
  onCopyLink: () => void;
}

interface Item {
  key: string;
  icon: TablerIcon;
  label: string;
  /** Set for one choice among several. */
  checked?: boolean;
  divided?: boolean;
  run: () => void;
}

export function MoreMenu(props: MoreMenuProps) {
  const { t } = useTranslation();
  const items = useItems(props);
  const [open, setOpen] = useState(false);
  if (props.phone) {
    return (
      <>
        <BarButton
          icon={IconDots}
          label={t('call:more')}
          aria-haspopup="dialog"
          aria-expanded={open}
          // On phones the people are opened from here, so the focus comes back here.
          data-panel="people"
          onClick={() => setOpen(true)}
        />
        <Drawer
          opened={open}
          onClose={() => setOpen(false)}
          position="bottom"
          size="auto"
          title={t('call:more')}
          closeButtonProps={{ 'aria-label': t('common:close'), size: 'lg' }}
          classNames={{ content: classes.sheet, header: classes.sheetHeader, body: classes.sheetBody }}
        >
          {items.map((item) => (
            <button
              key={item.key}
              type="button"
              className={classes.row}
              data-divided={item.divided || undefined}
              aria-pressed={item.checked}
              onClick={() => {
                setOpen(false);
                item.run();
              }}
            >
              <Icon of={item.icon} />
              <span>{item.label}</span>
              {item.checked && <Icon of={IconCheck} size={18} />}
            </button>
          ))}
        </Drawer>
      </>
    );
  }
  return (
    <Menu position="top" width={280} opened={open} onChange={setOpen} returnFocus>
      <Menu.Target>
        <BarButton icon={IconDots} label={t('call:more')} look={open ? 'active' : 'plain'} />
      </Menu.Target>
      <Menu.Dropdown>
        {items.map((item) => [
          item.divided && <Menu.Divider key={`${item.key}-line`} />,
          item.checked === undefined ? (
            <Menu.Item key={item.key} leftSection={<Icon of={item.icon} size={18} />} onClick={item.run}>
              {item.label}
            </Menu.Item>
          ) : (
            <RadioMenuItem
              key={item.key}
              value={item.key}
              label={item.label}
              icon={item.icon}
              checked={item.checked}
              onChoose={item.run}
            />
          ),
        ])}
      </Menu.Dropdown>
    </Menu>
  );
}

function useItems(props: MoreMenuProps): Item[] {
  const { t } = useTranslation();
  const [language, chooseLanguage] = useLanguage();
  const { choices, fullScreen, sharing, phone } = props;
  const items: Item[] = [];
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
  items.push(
    {
      key: 'grid',
      icon: IconLayoutGrid,
      label: t('call:layout_grid'),
      checked: choices.layout === 'grid',
      divided: phone,
      run: () => choices.setLayout('grid'),
    },
    {
      key: 'speaker',
      icon: IconLayoutSidebarRight,
      label: t('call:layout_speaker'),
      checked: choices.layout === 'speaker',
      run: () => choices.setLayout('speaker'),
    },
    {
      key: 'self',
      icon: choices.selfView ? IconUserOff : IconUser,
      label: choices.selfView ? t('call:hide_self') : t('call:show_self'),
      divided: true,
      run: () => choices.setSelfView(!choices.selfView),
    },
  );
  if (fullScreen) {
    items.push({
      key: 'full',
      icon: fullScreen.on ? IconArrowsMinimize : IconArrowsMaximize,
      label: fullScreen.on ? t('call:leave_full_screen') : t('call:full_screen'),
      run: fullScreen.toggle,
    });
  }
  items.push(
    { key: 'devices', icon: IconAdjustments, label: t('call:devices'), run: props.onDevices },
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
