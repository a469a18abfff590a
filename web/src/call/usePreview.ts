// Opens the preview while a page shows it, and closes it (unless handed over) when the page goes.
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Preview, type PreviewSnapshot } from './Preview';

const nothing = new Preview();

export function usePreview(): { preview: Preview | null; snapshot: PreviewSnapshot } {
  const [preview, setPreview] = useState<Preview | null>(null);
  useEffect(() => {
    const opened = new Preview();
    setPreview(opened);
    void opened.start();
    return () => opened.close();
  }, []);
  const source = preview ?? nothing;
  return { preview, snapshot: useSyncExternalStore(source.subscribe, source.getSnapshot) };
}
