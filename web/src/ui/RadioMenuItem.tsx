// One choice among several in a menu: announced as such, ticked on the left, and the menu closes after it.
import { Menu } from '@mantine/core';
import { IconCheck, type Icon as TablerIcon } from '@tabler/icons-react';
import { Icon } from './Icon';

interface RadioMenuItemProps {
  value: string;
  label: string;
  checked: boolean;
  icon?: TablerIcon;
  lang?: string;
  onChoose: () => void;
}

export function RadioMenuItem({ value, label, checked, icon, lang, onChoose }: RadioMenuItemProps) {
  return (
    <Menu.RadioItem
      value={value}
      checked={checked}
      lang={lang}
      closeMenuOnClick
      checkIcon={<Icon of={IconCheck} size={16} />}
      rightSection={icon && <Icon of={icon} size={18} />}
      onChange={onChoose}
    >
      {label}
    </Menu.RadioItem>
  );
}
