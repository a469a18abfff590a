// Names the browser tab; screen readers announce it when a page changes.
import { useEffect } from 'react';
import { useOrganisation } from '../api/organisation';

let title = '';
/** How many wait for an answer; before the title, where it is seen from other tabs. */
let waiting = 0;

const write = () => {
  document.title = waiting > 0 ? `(${waiting}) ${title}` : title;
};

/** The organisation's name stands behind the page's, or alone. */
export function usePageTitle(page?: string): void {
  const name = useOrganisation()?.name ?? 'Palabre';
  useEffect(() => {
    title = page ? `${page} · ${name}` : name;
    write();
  }, [page, name]);
}

/** Counts before the title of every page how many wait for an answer. */
export function useWaitingInTitle(count: number): void {
  useEffect(() => {
    waiting = count;
    write();
    return () => {
      waiting = 0;
      write();
    };
  }, [count]);
}
