// Whether we are the only host of people who would stay without one; the browser then asks before the page is closed.
import { useEffect } from 'react';
import type { PersonInCall } from '../../../call';

export function useOnlyHost(people: readonly PersonInCall[]): boolean {
  const only = isOnlyHost(people);
  useEffect(() => {
    if (!only) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [only]);
  return only;
}

/** A second device of ours hosts as well, and whoever is alone leaves nobody behind. */
export function isOnlyHost(people: readonly Pick<PersonInCall, 'isSelf' | 'role'>[]): boolean {
  const hosts = people.filter((person) => person.role === 'host');
  return people.length > 1 && hosts.length === 1 && hosts[0]?.isSelf === true;
}
