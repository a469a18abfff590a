// What became of something that was done, said for a moment where all of a page's sayings stand.
import { useCallback, useEffect, useRef, useState } from 'react';

/** How long a sentence stands, in milliseconds. */
const shownFor = 5000;

export function useSaying(): [string, (sentence: string) => void] {
  const [said, setSaid] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const say = useCallback((sentence: string) => {
    setSaid(sentence);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSaid(''), shownFor);
  }, []);
  return [said, say];
}
