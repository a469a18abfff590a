// How long the code is still good, counted down.
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Whole seconds until an instant, 0 afterwards. */
export function useSecondsLeft(until: number): number {
  const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const [seconds, setSeconds] = useState(left);
  const over = seconds <= 0;
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => setSeconds(Math.max(0, Math.ceil((until - Date.now()) / 1000))), 1000);
    return () => clearInterval(timer);
  }, [until, over]);
  return seconds;
}

export function TimeLeft({ seconds }: { seconds: number }) {
  const { t } = useTranslation();
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return <span className="tabular">{t('sign_in:good_for', { time })}</span>;
}
