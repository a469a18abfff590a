// Names the browser tab; screen readers announce it when a page changes.
import { useEffect } from 'react';

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title === 'Palabre' ? title : `${title} · Palabre`;
  }, [title]);
}
