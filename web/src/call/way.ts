// Reads from a connection's statistics by which way it goes.
import type { Way } from './types';

/** What is read of statistics (W3C webrtc-stats: RTCTransportStats, RTCIceCandidatePairStats, RTCIceCandidateStats). */
interface Entry {
  type?: string;
  selectedCandidatePairId?: string;
  /** Firefox has no statistics of transports, and marks the pair. */
  selected?: boolean;
  localCandidateId?: string;
  currentRoundTripTime?: number;
  protocol?: string;
}

/** Null while no way is in use. */
export function wayIn(report: { forEach(each: (entry: Entry, id: string) => void): void }): Way | null {
  const entries = new Map<string, Entry>();
  report.forEach((entry, id) => entries.set(id, entry));
  const all = [...entries.values()];
  const chosen = all.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
  const pair =
    chosen === undefined
      ? all.find(({ type, selected }) => type === 'candidate-pair' && selected === true)
      : entries.get(chosen);
  const local = entries.get(pair?.localCandidateId ?? '');
  if (!pair || !local) return null;
  const seconds = pair.currentRoundTripTime;
  return {
    by: local.protocol === 'tcp' ? 'tcp' : 'udp',
    roundTrip: seconds === undefined ? null : Math.max(1, Math.round(seconds * 1000)),
  };
}
