// Chooses the reader's language, loads its catalogue and keeps the page's lang attribute true.
import i18next from 'i18next';
import { useCallback } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import { remember, remembered } from '../ui/preferences';

export const languages = { fr: 'Français', en: 'English' } as const;
export type Language = keyof typeof languages;

type Catalogue = Record<string, Record<string, unknown>>;
const catalogues: Record<Language, () => Promise<{ default: Catalogue }>> = {
  fr: () => import('./fr'),
  en: () => import('./en'),
};

/** French for French readers, English for everyone else, unless they chose. */
export function preferredLanguage(chosen: string | null, wanted: readonly string[]): Language {
  if (chosen === 'fr' || chosen === 'en') return chosen;
  for (const tag of wanted) {
    const code = tag.toLowerCase().split('-')[0];
    if (code === 'fr' || code === 'en') return code;
  }
  return 'en';
}

async function load(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, 'common')) return;
  const { default: catalogue } = await catalogues[language]();
  for (const [topic, sentences] of Object.entries(catalogue)) {
    i18next.addResourceBundle(language, topic, sentences);
  }
}

async function apply(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: undefined,
    fallbackLng: false,
    defaultNS: 'common',
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
    showSupportNotice: false,
  } as Parameters<typeof i18next.init>[0]);
  await apply(preferredLanguage(remembered('language'), navigator.languages));
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
