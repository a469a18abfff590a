// Says when something was, in the reader's language and zone: "21 nov. 2026, 14:05".
import { useMemo } from 'react';
import { useLanguage } from '../i18n';

export function useMoment(): (instant: string) => string {
  const [language] = useLanguage();
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
      dateStyle: 'medium',
      timeStyle: 'short',
    });
    return (instant) => format.format(new Date(instant));
  }, [language]);
}
