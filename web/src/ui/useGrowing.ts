// How many rows of a long list are drawn: a screenful at once, the others by and by, so that the page answers meanwhile.
import { startTransition, useEffect, useState } from 'react';

/** Rows drawn at once: more than a large screen shows. */
const first = 30;

/** Rows added at a time: a slow telephone draws so many in less than a tenth of a second. */
const step = 30;

export function useGrowing(total: number): number {
  const [drawn, setDrawn] = useState(first);
  useEffect(() => {
    if (drawn < total) startTransition(() => setDrawn(drawn + step));
  }, [drawn, total]);
  return Math.min(drawn, total);
}
