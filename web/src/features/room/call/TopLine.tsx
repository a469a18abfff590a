// The line above the pictures: which room, which layout, how good the connection, what time.
import { Menu, UnstyledButton } from '@mantine/core';
import {
  IconLayoutGrid,
  IconLayoutSidebarRight,
  IconWifi,
  IconWifi1,
  IconWifiOff,
} from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionWord } from '../../../call';
import { Icon } from '../../../ui/Icon';
import { RadioMenuItem } from '../../../ui/RadioMenuItem';
import classes from './CallScreen.module.css';
import type { LayoutChoices } from './useLayoutChoices';

interface TopLineProps {
  title: string;
  connection: ConnectionWord;
  choices: LayoutChoices;
  phone: boolean;
  /** The padlock. */
  door: ReactNode;
}

export function TopLine({ title, connection, choices, phone, door }: TopLineProps) {
  const { t } = useTranslation();
  const words = {
    good: { icon: IconWifi, text: t('call:connection_good') },
    poor: { icon: IconWifi1, text: t('call:connection_poor') },
    lost: { icon: IconWifiOff, text: t('call:connection_lost') },
  }[connection];
  return (
    <header className={classes.top}>
      <h1 className={classes.room} tabIndex={-1} data-call-title>
        <bdi>{title}</bdi>
      </h1>
      {door}
      <div className={classes.topRight}>
        {!phone && <LayoutChoice choices={choices} />}
        {(!phone || connection !== 'good') && (
          <span className={classes.word} data-connection={connection}>
            <Icon of={words.icon} />
            {words.text}
          </span>
        )}
        <Clock />
      </div>
    </header>
  );
}

function LayoutChoice({ choices }: { choices: LayoutChoices }) {
  const { t } = useTranslation();
  const options = [
    { value: 'grid', icon: IconLayoutGrid, label: t('call:layout_grid') },
    { value: 'speaker', icon: IconLayoutSidebarRight, label: t('call:layout_speaker') },
  ] as const;
  const current = options.find((one) => one.value === choices.layout) ?? options[0];
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <UnstyledButton
          className={classes.topButton}
          aria-label={t('call:layout_now', { layout: current.label })}
        >
          <Icon of={current.icon} />
          <span>{current.label}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {options.map((option) => (
          <RadioMenuItem
            key={option.value}
            value={option.value}
            label={option.label}
            icon={option.icon}
            checked={option.value === choices.layout}
            onChoose={() => choices.setLayout(option.value)}
          />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Clock() {
  const { i18n } = useTranslation();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setTimeout(() => setNow(Date.now()), 60_000 - (Date.now() % 60_000) + 20);
    return () => clearTimeout(timer);
  }, [now]);
  const format = new Intl.DateTimeFormat(i18n.language, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return <time className={`${classes.word} tabular`}>{format.format(now)}</time>;
}
