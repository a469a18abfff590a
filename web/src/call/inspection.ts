// Lets our own tests read what a call really receives; absent unless asked for in this browser's storage.
import { Track, type RemoteTrack, type Room } from 'livekit-client';
import { remembered } from '../ui/preferences';

export interface ReceivedTrack {
  from: string;
  source: string;
  subscribed: boolean;
  framesDecoded: number;
  width: number;
  height: number;
  packets: number;
  /** Grows while something other than silence is heard. */
  energy: number;
}

export interface Inspection {
  received: () => Promise<ReceivedTrack[]>;
  room: Room;
}

export function registerForInspection(room: Room): void {
  if (!import.meta.env.VITE_TEST && remembered('debug') === null) return;
  const inspection: Inspection = { received: () => received(room), room };
  (globalThis as Record<symbol, unknown>)[Symbol.for('palabre.call')] = inspection;
}

async function received(room: Room): Promise<ReceivedTrack[]> {
  const rows: Promise<ReceivedTrack>[] = [];
  for (const person of room.remoteParticipants.values()) {
    for (const publication of person.trackPublications.values()) {
      rows.push(
        stats(publication.track as RemoteTrack | undefined).then((found) => ({
          from: person.name ?? person.identity,
          source: publication.source ?? Track.Source.Unknown,
          subscribed: publication.isSubscribed,
          ...found,
        })),
      );
    }
  }
  return Promise.all(rows);
}

async function stats(track: RemoteTrack | undefined) {
  const found = { framesDecoded: 0, width: 0, height: 0, packets: 0, energy: 0 };
  const report = await track?.getRTCStatsReport();
  report?.forEach((row: Record<string, unknown>) => {
    if (row.type !== 'inbound-rtp') return;
    const number = (name: string) => (typeof row[name] === 'number' ? row[name] : 0);
    found.framesDecoded = number('framesDecoded');
    found.width = number('frameWidth');
    found.height = number('frameHeight');
    found.packets = number('packetsReceived');
    found.energy = number('totalAudioEnergy');
  });
  return found;
}
