// Names the browser tab; screen readers announce it when a page changes.
import { useEffect } from 'react';
import { useOrganisation } from '../api/organisation';

/** The organisation's name stands behind the page's, or alone. */
export function usePageTitle(title?: string): void {
  const name = useOrganisation()?.name ?? 'Palabre';
  useEffect(() => {
    document.title = title ? `${title} · ${name}` : name;
  }, [title, name]);
}
