// What hosts do to somebody in the list of people.
import { Menu, UnstyledButton } from '@mantine/core';
import {
  IconDots,
  IconDoorExit,
  IconHandOff,
  IconMicrophone,
  IconMicrophoneOff,
  IconTransfer,
  IconUserStar,
  IconVideoOff,
  type Icon as TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ToOne } from '../../../api/hosting';
import type { PersonInCall } from '../../../call';
import { Icon } from '../../../ui/Icon';
import panel from '../call/Panel.module.css';

interface PersonMenuProps {
  person: PersonInCall;
  name: string;
  onAct: (act: ToOne) => void;
  /** Asks first: there is no way back for this meeting. */
  onRemove: () => void;
}

export function PersonMenu({ person, name, onAct, onRemove }: PersonMenuProps) {
  const { t } = useTranslation();
  const item = (act: ToOne, icon: TablerIcon, label: string) => (
    <Menu.Item leftSection={<Icon of={icon} size={18} />} onClick={() => onAct(act)}>
      {label}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <UnstyledButton
          className={panel.quiet}
          aria-label={t('hosting:act_on_name', { name })}
          title={t('hosting:act_on')}
        >
          <Icon of={IconDots} size={18} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {person.microphoneOn
          ? item('mute', IconMicrophoneOff, t('hosting:mute'))
          : item('ask-to-unmute', IconMicrophone, t('hosting:ask_to_unmute'))}
        {(person.cameraOn || person.sharing) && item('stop-video', IconVideoOff, t('hosting:stop_video'))}
        {person.hand !== null && item('lower-hand', IconHandOff, t('hosting:lower_hand'))}
        <Menu.Divider />
        {person.role !== 'host' && item('promote', IconUserStar, t('hosting:promote'))}
        {item('hand-over', IconTransfer, t('hosting:hand_over'))}
        <Menu.Divider />
        <Menu.Item color="red" leftSection={<Icon of={IconDoorExit} size={18} />} onClick={onRemove}>
          {t('hosting:remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
