// Chooses the reader's language, loads what is said in it and keeps the page's lang attribute true.
import i18next from 'i18next';
import { useCallback } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import { remember, remembered } from '../ui/preferences';
import type { Catalogue } from './byTopic';
import { isolated } from './isolated';

export const languages = { fr: 'Français', en: 'English' } as const;
export type Language = keyof typeof languages;

type Part = () => Promise<{ default: Catalogue }>;
/** Whoever comes to a room's door does not wait for what other pages say. */
const parts: Record<Language, { door: Part; rest: Part }> = {
  fr: { door: () => import('./fr.door'), rest: () => import('./fr.rest') },
  en: { door: () => import('./en.door'), rest: () => import('./en.rest') },
};
/** What the reader is to see, perhaps still on its way. */
let wanted: Language | undefined;
/** A page that needs the rest was asked for: another language then comes whole. */
let restNeeded = false;

/** French for French readers, English for everyone else, unless they chose. */
export function preferredLanguage(chosen: string | null, wanted: readonly string[]): Language {
  if (chosen === 'fr' || chosen === 'en') return chosen;
  for (const tag of wanted) {
    const code = tag.toLowerCase().split('-')[0];
    if (code === 'fr' || code === 'en') return code;
  }
  return 'en';
}

async function load(part: Part, language: Language): Promise<void> {
  const { default: catalogue } = await part();
  for (const [topic, sentences] of Object.entries(catalogue)) {
    i18next.addResourceBundle(language, topic, sentences);
  }
}

function wantedLanguage(): Language {
  return (wanted ??= preferredLanguage(remembered('language'), navigator.languages));
}

async function apply(language: Language): Promise<void> {
  wanted = language;
  const { door, rest } = parts[language];
  await Promise.all((restNeeded ? [door, rest] : [door]).map((part) => load(part, language)));
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: undefined,
    fallbackLng: false,
    defaultNS: 'common',
    resources: {},
    // React writes text, never markup: what is made safe here is the direction of what people typed.
    interpolation: { escapeValue: true, escape: isolated },
    returnNull: false,
    showSupportNotice: false,
  } as Parameters<typeof i18next.init>[0]);
  await apply(wantedLanguage());
}

/** Fetches code together with what it says: for everything but the door of a room. */
export async function withSentences<Code>(code: () => Promise<Code>): Promise<Code> {
  restNeeded = true;
  const language = wantedLanguage();
  const [fetched] = await Promise.all([code(), load(parts[language].rest, language)]);
  return fetched;
}

export function useLanguage(): [Language, (language: Language) => void] {
  const { i18n } = useTranslation();
  const language: Language = i18n.language === 'fr' ? 'fr' : 'en';
  const choose = useCallback((next: Language) => {
    // A catalogue that cannot be fetched changes nothing: the reader keeps the language there is.
    apply(next).then(
      () => remember('language', next),
      () => undefined,
    );
  }, []);
  return [language, choose];
}
