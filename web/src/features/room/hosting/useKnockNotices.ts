// Tells a host by the browser's own notifications who knocks while the page is hidden, where they have allowed it.
import { useEffect, useRef } from 'react';
import { mayNotify } from '../../../ui/notifications';

export interface KnockNotice {
  /** The knock. */
  id: string;
  text: string;
  /** What a click on it leads to, beside the page itself. */
  follow?: (() => void) | undefined;
}

/** A notice goes when its knock is answered, and none is given twice, whichever page of the browser gives it. */
export function useKnockNotices(notices: readonly KnockNotice[]): void {
  const given = useRef(new Map<string, Notification | null>());
  useEffect(() => {
    const { current } = given;
    for (const { id, text, follow } of notices) {
      if (!current.has(id)) current.set(id, document.hidden ? notify(id, text, follow) : null);
    }
    for (const [id, notice] of current) {
      if (notices.some((one) => one.id === id)) continue;
      notice?.close();
      current.delete(id);
    }
  }, [notices]);
  useEffect(() => {
    const { current } = given;
    return () => current.forEach((notice) => notice?.close());
  }, []);
}

function notify(id: string, text: string, follow?: () => void): Notification | null {
  if (!mayNotify()) return null;
  try {
    // The same name on every page: a browser shows one.
    const notice = new Notification(text, { tag: `knock-${id}` });
    notice.onclick = () => {
      window.focus();
      notice.close();
      follow?.();
    };
    return notice;
  } catch {
    // Browsers of telephones give notifications to installed programs only.
    return null;
  }
}
