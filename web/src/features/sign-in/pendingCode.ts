// The code that was asked for in this tab: phones drop pages while one looks into the mail, and the page must still
// know when one comes back.

export interface PendingCode {
  id: string;
  email: string;
  /** When it is good no more, in milliseconds since 1970. */
  goodUntil: number;
}

const key = 'palabre:code';

export function pendingCode(now: number): PendingCode | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Partial<PendingCode> | null;
    const { id, email, goodUntil } = kept ?? {};
    const whole = typeof id === 'string' && typeof email === 'string' && typeof goodUntil === 'number';
    return whole && goodUntil > now ? { id, email, goodUntil } : null;
  } catch {
    return null;
  }
}

export function keepPendingCode(pending: PendingCode | null): void {
  try {
    if (pending) sessionStorage.setItem(key, JSON.stringify(pending));
    else sessionStorage.removeItem(key);
  } catch {
    // Private windows may refuse storage: the page then knows only as long as it is open.
  }
}
