// Says what people do to screen readers, politely and in few sentences, and shows most of it for a moment.
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Announcement } from '../../../call';
import { listNames } from '../../../ui/listNames';
import classes from './CallScreen.module.css';

/** How long a sentence stands, in milliseconds. */
const STANDS = 4500;
/** More sentences than this at once would hide the pictures. */
const AT_ONCE = 3;

/** The newest announcements come in; each stands for a while beside those before. */
export function Announcer({ announcements }: { announcements: Announcement[] }) {
  const say = useSentence();
  const [shown, setShown] = useState<Announcement[]>([]);
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  useEffect(() => {
    if (announcements.length === 0) return;
    const others = (before: Announcement[]) => before.filter((one) => !announcements.includes(one));
    setShown((before) => [...others(before), ...announcements].slice(-AT_ONCE));
    const timer = setTimeout(() => {
      timers.current.delete(timer);
      setShown(others);
    }, STANDS);
    timers.current.add(timer);
  }, [announcements]);
  useEffect(() => {
    const running = timers.current;
    return () => running.forEach(clearTimeout);
  }, []);
  return (
    <>
      {/* Not atomic: a new sentence is said without those that still stand. */}
      <div className="visually-hidden" aria-live="polite" aria-atomic="false" role="status" data-announcer>
        {shown.map((one) => (
          <p key={one.id}>{say(one)}</p>
        ))}
      </div>
      <div className={classes.toasts} aria-hidden="true">
        {shown
          .filter((one) => one.kind !== 'message')
          .map((one) => (
            <p key={one.id} className={classes.toast}>
              {say(one)}
            </p>
          ))}
      </div>
    </>
  );
}

function useSentence(): (announcement: Announcement) => string {
  const { t, i18n } = useTranslation();
  return ({ kind, names, count }) => {
    const known = names.map((name) => name || t('common:nameless'));
    const others = (rest: number) => t('common:others', { count: rest });
    return t(`call:announce.${kind}`, { names: listNames(known, count, others, i18n.language), count });
  };
}
