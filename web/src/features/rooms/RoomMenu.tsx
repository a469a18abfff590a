// What else one does with a room: copies an invitation, shows its QR code, goes to its settings. The menu is made when
// it is first opened, for a list holds hundreds.
import { ActionIcon, Menu } from '@mantine/core';
import { IconClipboardText, IconDots, IconLink, IconQrcode, IconSettings } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '../../api/me';
import type { ListedRoom } from '../../api/rooms';
import { copyText } from '../../ui/copyText';
import { Icon } from '../../ui/Icon';
import { invitationText } from './invitation';
import { linkOf } from './link';
import { QrCodeDialog } from './QrCodeDialog';

interface RoomMenuProps {
  room: ListedRoom;
  /** Says what became of copying. */
  onSaid: (sentence: string) => void;
  /** The link is copied from here too, where there is no button for it. */
  withLink?: boolean;
}

export function RoomMenu({ room, onSaid, withLink = false }: RoomMenuProps) {
  const { t } = useTranslation();
  const me = useMe();
  const [used, setUsed] = useState(false);
  const [opened, setOpened] = useState(false);
  const target = useRef<HTMLButtonElement>(null);
  const [code, setCode] = useState(false);
  const link = linkOf(room.address);
  const copy = async (text: string, done: string) => {
    onSaid((await copyText(text)) ? done : t('rooms:not_copied', { link }));
  };
  // Its button was made anew: the focus goes with it, so that the menu gives it back when it closes.
  useEffect(() => {
    if (!used) return;
    target.current?.focus();
    setOpened(true);
  }, [used]);
  const button = (
    <ActionIcon
      ref={target}
      variant="subtle"
      size={36}
      aria-label={t('rooms:more', { room: room.name })}
      aria-haspopup="menu"
      onClick={() => (used ? setOpened(!opened) : setUsed(true))}
    >
      <Icon of={IconDots} />
    </ActionIcon>
  );
  return (
    <>
      {used ? (
        <Menu position="bottom-end" opened={opened} onChange={setOpened} returnFocus>
          <Menu.Target>{button}</Menu.Target>
          <Menu.Dropdown>
            {withLink && (
              <Menu.Item
                leftSection={<Icon of={IconLink} />}
                onClick={() => void copy(link, t('rooms:link_copied', { room: room.name }))}
              >
                {t('rooms:copy_link')}
              </Menu.Item>
            )}
            <Menu.Item
              leftSection={<Icon of={IconClipboardText} />}
              onClick={() =>
                void copy(
                  invitationText(t, room, link, me?.name),
                  t('rooms:invitation_copied', { room: room.name }),
                )
              }
            >
              {t('rooms:copy_invitation')}
            </Menu.Item>
            <Menu.Item leftSection={<Icon of={IconQrcode} />} onClick={() => setCode(true)}>
              {t('rooms:qr_code')}
            </Menu.Item>
            {room.may.includes('host') && (
              <Menu.Item
                component={Link}
                to={`/settings/rooms/${room.address}`}
                leftSection={<Icon of={IconSettings} />}
              >
                {t('rooms:settings')}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      ) : (
        button
      )}
      {code && <QrCodeDialog room={room} onClose={() => setCode(false)} returnTo={target} />}
    </>
  );
}
