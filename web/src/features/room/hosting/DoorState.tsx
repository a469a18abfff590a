// The padlock in the line above the pictures, in words: everybody reads it, hosts turn it.
import { Menu, UnstyledButton } from '@mantine/core';
import {
  IconDoorEnter,
  IconHandClick,
  IconLock,
  IconUsersGroup,
  type Icon as TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Access } from '../../../call';
import { Icon } from '../../../ui/Icon';
import { RadioMenuItem } from '../../../ui/RadioMenuItem';
import line from '../call/CallScreen.module.css';
import classes from './DoorState.module.css';

const positions: { access: Access; icon: TablerIcon }[] = [
  { access: 'open', icon: IconDoorEnter },
  { access: 'knock', icon: IconHandClick },
  { access: 'members', icon: IconUsersGroup },
  { access: 'locked', icon: IconLock },
];

interface DoorStateProps {
  access: Access | null;
  phone: boolean;
  /** Missing for whoever does not host. */
  onChoose: ((access: Access) => void) | undefined;
}

export function DoorState({ access, phone, onChoose }: DoorStateProps) {
  const { t } = useTranslation();
  const current = positions.find((position) => position.access === access);
  if (!current) return null;
  const words = t(`hosting:access.${current.access}.${phone ? 'short' : 'long'}`);
  const shown = (
    <>
      <Icon of={current.icon} />
      <span>
        <span className="visually-hidden">{t('hosting:door')}</span>
        {words}
      </span>
    </>
  );
  if (!onChoose) {
    return (
      <p className={`${line.word} ${classes.state}`} data-access={access}>
        {shown}
      </p>
    );
  }
  return (
    <Menu position="bottom-start" width={320}>
      <Menu.Target>
        <UnstyledButton className={`${line.topButton} ${classes.state}`} data-access={access}>
          {shown}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {positions.map((position) => (
          <RadioMenuItem
            key={position.access}
            value={position.access}
            icon={position.icon}
            label={t(`hosting:access.${position.access}.long`)}
            checked={position.access === access}
            onChoose={() => onChoose(position.access)}
          />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
