// Whether the browser's own notifications may be given, and asking for it.
import { useState } from 'react';

export type NotificationConsent = NotificationPermission | 'missing';

const consent = (): NotificationConsent =>
  'Notification' in globalThis && isSecureContext ? Notification.permission : 'missing';

export const mayNotify = () => consent() === 'granted';

/** What the reader has said, and how to ask them: browsers want a click before. */
export function useNotificationConsent(): { consent: NotificationConsent; ask: () => void } {
  const [now, setNow] = useState(consent);
  return { consent: now, ask: () => void Notification.requestPermission().then(setNow) };
}
