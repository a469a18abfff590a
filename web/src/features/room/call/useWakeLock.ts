// Keeps the screen on during a call: a telephone that goes to sleep would leave it.
import { useEffect } from 'react';

export function useWakeLock(): void {
  useEffect(() => {
    let held: WakeLockSentinel | null = null;
    let over = false;
    const hold = async () => {
      // Browsers let go of it whenever the page is left, and give it only to pages in front.
      if (document.visibilityState !== 'visible') return;
      // Refused when the battery is low; the call goes on, and the screen does what it likes.
      const lock = await navigator.wakeLock.request('screen').catch(() => null);
      if (over) void lock?.release();
      else held = lock;
    };
    const again = () => void hold();
    // Absent from older browsers and from pages that were not opened securely.
    if (!('wakeLock' in navigator)) return;
    void hold();
    document.addEventListener('visibilitychange', again);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', again);
      void held?.release();
    };
  }, []);
}
