// Reads a running call in a component.
import { useSyncExternalStore } from 'react';
import type { Call, CallSnapshot } from './types';

export function useCall(call: Call): CallSnapshot {
  return useSyncExternalStore(call.subscribe, call.getSnapshot);
}
