// The frame of every page outside a call: the mark, language and theme, and the page itself.
import { Menu, UnstyledButton, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import {
  IconDeviceDesktop,
  IconLanguage,
  IconMoon,
  IconSun,
  type Icon as TablerIcon,
} from '@tabler/icons-react';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/me';
import { languages, useLanguage, withSentences } from '../i18n';
import { AccountMenu } from './AccountMenu';
import { Brand } from './Brand';
import { Foot } from './Foot';
import { Icon } from './Icon';
import { RadioMenuItem } from './RadioMenuItem';
import classes from './Shell.module.css';

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className={classes.page}>
      <a className="skip-link" href="#content">
        {t('common:skip_to_content')}
      </a>
      <header className={classes.header}>
        <Brand />
        <div className={classes.choices}>
          <ThemeChoice />
          <LanguageChoice />
          <AccountMenu />
        </div>
      </header>
      <Bell />
      <main id="content" tabIndex={-1} className={classes.content}>
        {children}
      </main>
      <Foot />
    </div>
  );
}

/** Whoever hosts rooms hears knocks on every page; nobody else fetches the code for it. */
const KnockBell = lazy(() =>
  withSentences(async () => ({ default: (await import('../features/room/hosting/KnockBell')).KnockBell })),
);

function Bell() {
  const me = useMe();
  if (!me) return null;
  return (
    <Suspense fallback={null}>
      <KnockBell />
    </Suspense>
  );
}

function LanguageChoice() {
  const { t } = useTranslation();
  const [language, choose] = useLanguage();
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <UnstyledButton
          className={classes.choice}
          aria-label={t('common:language_now', { language: languages[language] })}
        >
          <Icon of={IconLanguage} />
          <span className={classes.wide}>{languages[language]}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(languages) as (keyof typeof languages)[]).map((code) => (
          <RadioMenuItem
            key={code}
            value={code}
            lang={code}
            label={languages[code]}
            checked={code === language}
            onChoose={() => choose(code)}
          />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const themes: { value: MantineColorScheme; icon: TablerIcon }[] = [
  { value: 'auto', icon: IconDeviceDesktop },
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
];

function ThemeChoice() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const names: Record<MantineColorScheme, string> = {
    auto: t('common:theme_auto'),
    light: t('common:theme_light'),
    dark: t('common:theme_dark'),
  };
  const current = themes.find((one) => one.value === colorScheme) ?? { icon: IconDeviceDesktop };
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <UnstyledButton
          className={classes.choice}
          aria-label={t('common:theme_now', { theme: names[colorScheme] })}
        >
          <Icon of={current.icon} />
          <span className={classes.wide}>{names[colorScheme]}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {themes.map(({ value, icon }) => (
          <RadioMenuItem
            key={value}
            value={value}
            label={names[value]}
            icon={icon}
            checked={value === colorScheme}
            onChoose={() => setColorScheme(value)}
          />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
