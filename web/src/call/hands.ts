// Raised hands: the server notes when each went up, and the order of those moments is whose turn it is.
import type { Role } from './types';

/** Participant attribute: when the hand went up, in milliseconds since the epoch; absent while it is down. */
const HAND = 'hand';
/** Participant attribute: what the server lets this person do. */
const ROLE = 'role';

interface Attributed {
  identity: string;
  attributes: Readonly<Record<string, string>>;
}

/** Identities of those whose hand is up, the longest first. */
export function raisedHands(people: readonly Attributed[]): string[] {
  return people
    .flatMap(({ identity, attributes }) => {
      const since = Number(attributes[HAND] || Number.NaN);
      return Number.isFinite(since) ? [{ identity, since }] : [];
    })
    .sort((a, b) => a.since - b.since || (a.identity < b.identity ? -1 : 1))
    .map(({ identity }) => identity);
}

export function roleOf(attributes: Readonly<Record<string, string>>): Role | null {
  const role = attributes[ROLE];
  return role === 'host' || role === 'member' || role === 'guest' ? role : null;
}
