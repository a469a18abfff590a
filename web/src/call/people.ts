// Reads LiveKit's participants into the client's own words, keeping unchanged people the same object.
import {
  ConnectionQuality,
  DisconnectReason,
  ParticipantKind,
  Track,
  type Participant,
  type Room,
} from 'livekit-client';
import { roleOf } from './hands';
import type { ConnectionWord, EndReason, PersonInCall, ShownReaction, Sound } from './types';

export function wordOf(quality: ConnectionQuality): ConnectionWord {
  if (quality === ConnectionQuality.Lost) return 'lost';
  if (quality === ConnectionQuality.Poor) return 'poor';
  return 'good';
}

/** Recorders and other machines are in the media room, but they are not people. */
export function isPerson(participant: Participant): boolean {
  return participant.kind === ParticipantKind.STANDARD || participant.kind === ParticipantKind.SIP;
}

/** What is known of people beside what LiveKit knows. */
interface Beside {
  lastSpoke: ReadonlyMap<string, number>;
  /** Whose hand is up, in the order of their turns. */
  hands: readonly string[];
  reactions: { of: (identity: string) => ShownReaction | null };
}

export function readPeople(room: Room, beside: Beside, before: readonly PersonInCall[]): PersonInCall[] {
  const known = new Map(before.map((person) => [person.id, person]));
  return [room.localParticipant, ...room.remoteParticipants.values()]
    .filter(isPerson)
    .map((participant) => {
      const now = readPerson(participant, beside);
      const then = known.get(now.id);
      return then && same(then, now) ? then : now;
    })
    .sort((a, b) => a.joinedAt - b.joinedAt || a.id.localeCompare(b.id));
}

function readPerson(participant: Participant, { lastSpoke, hands, reactions }: Beside): PersonInCall {
  const camera = participant.getTrackPublication(Track.Source.Camera);
  const screen = participant.getTrackPublication(Track.Source.ScreenShare);
  const key = (publication: typeof camera) =>
    publication?.videoTrack && !publication.isMuted
      ? `${publication.trackSid}:${publication.videoTrack.sid ?? ''}:${publication.videoTrack.mediaStreamID}`
      : null;
  const turn = hands.indexOf(participant.identity);
  return {
    id: participant.identity,
    name: participant.name ?? '',
    isSelf: participant.isLocal,
    role: roleOf(participant.attributes),
    hand: turn < 0 ? null : turn + 1,
    reaction: reactions.of(participant.identity),
    microphoneOn: participant.isMicrophoneEnabled,
    cameraOn: participant.isCameraEnabled,
    sharing: screen !== undefined && !screen.isMuted,
    speaking: participant.isSpeaking && participant.isMicrophoneEnabled,
    lastSpokeAt: lastSpoke.get(participant.identity) ?? 0,
    joinedAt: participant.joinedAt?.getTime() ?? 0,
    connection: wordOf(participant.connectionQuality),
    cameraTrack: key(camera),
    screenTrack: key(screen),
  };
}

function same(a: PersonInCall, b: PersonInCall): boolean {
  return (Object.keys(a) as (keyof PersonInCall)[]).every((field) => a[field] === b[field]);
}

export function readSounds(room: Room): Sound[] {
  return [...room.remoteParticipants.values()].flatMap((participant) =>
    [...participant.audioTrackPublications.values()]
      .filter((publication) => publication.audioTrack !== undefined)
      .map((publication) => ({ key: publication.trackSid, personId: participant.identity })),
  );
}

export function endReasonOf(reason: DisconnectReason | undefined): EndReason {
  switch (reason) {
    case DisconnectReason.CLIENT_INITIATED:
      return 'left';
    case DisconnectReason.DUPLICATE_IDENTITY:
      return 'duplicate';
    case DisconnectReason.PARTICIPANT_REMOVED:
    case DisconnectReason.USER_REJECTED:
      return 'removed';
    case DisconnectReason.ROOM_DELETED:
    case DisconnectReason.ROOM_CLOSED:
      return 'closed';
    case DisconnectReason.SERVER_SHUTDOWN:
      return 'server_stopped';
    default:
      return 'unreachable';
  }
}
