// Everything that is not needed at every moment of a call: a menu on wide screens, a sheet on phones.
import { Drawer, Menu } from '@mantine/core';
import { IconCheck, IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../ui/Icon';
import { RadioMenuItem } from '../../../ui/RadioMenuItem';
import { BarButton, markOf } from './BarButton';
import classes from './MoreMenu.module.css';
import { useMoreItems, type MoreMenuProps } from './moreItems';
import { ReactionRow } from './Reactions';

export function MoreMenu(props: MoreMenuProps) {
  const { t } = useTranslation();
  const items = useMoreItems(props);
  const [open, setOpen] = useState(false);
  if (props.phone) {
    return (
      <>
        <BarButton
          icon={IconDots}
          label={t('call:more')}
          aria-haspopup="dialog"
          aria-expanded={open}
          state={props.chat?.unread ? t('call:unread', { count: props.chat.unread }) : undefined}
          mark={props.chat?.unread ? markOf(props.chat.unread) : undefined}
          // On phones panels are opened from here, so the focus comes back here.
          data-panel={props.chat ? 'people chat' : 'people'}
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
          {props.react && (
            <ReactionRow
              sheet
              react={(kind) => {
                setOpen(false);
                props.react?.(kind);
              }}
            />
          )}
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
              {item.mark && <strong className={`${classes.mark} tabular`}>{item.mark}</strong>}
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
