// How long something was, in words: "1 h 05", "12 min".
import { useTranslation } from 'react-i18next';
import { spanOf } from './when';

export function useSpan(): (seconds: number) => string {
  const { t } = useTranslation();
  return (seconds) => {
    const { hours, minutes } = spanOf(seconds);
    if (hours > 0) return t('meetings:hours', { hours, minutes: String(minutes).padStart(2, '0') });
    return minutes > 0 ? t('meetings:minutes', { minutes }) : t('meetings:under_a_minute');
  };
}
