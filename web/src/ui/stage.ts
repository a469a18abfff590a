// Lets a page ask for the dark stage (a call), whatever theme the reader chose elsewhere.
import { createContext, useContext, useEffect } from 'react';

export const StageContext = createContext<(on: boolean) => void>(() => undefined);

export function useStage(on: boolean): void {
  const setStage = useContext(StageContext);
  useEffect(() => {
    setStage(on);
    return () => setStage(false);
  }, [on, setStage]);
}
