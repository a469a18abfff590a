// Copies a text, and says for a moment on the button that was pressed how that went.
import { useCallback, useEffect, useRef, useState } from 'react';
import { copyText } from './copyText';

export type CopyState = 'idle' | 'copied' | 'failed';

/** How long the outcome stands, in milliseconds. */
const shownFor = 3000;

export function useCopy(text: string): [CopyState, () => void] {
  const [state, setState] = useState<CopyState>('idle');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = useCallback(() => {
    void copyText(text).then((done) => {
      setState(done ? 'copied' : 'failed');
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setState('idle'), shownFor);
    });
  }, [text]);
  return [state, copy];
}
