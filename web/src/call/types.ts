// The words in which a call is told to the rest of the client; nothing here knows LiveKit.
import type { DeviceNews } from './deviceNews';
import type { DeviceKind } from './devices';
import type { FailureKind } from './failure';
import type { ReactionKind } from './reactionKinds';
import type { Shown } from './screen';
import type { RoomState } from './roomState';

export type PictureSource = 'camera' | 'screen';

/** Names one picture of one person: who, and camera or screen. */
export type PictureKey = `${PictureSource}:${string}`;

export function pictureKey(source: PictureSource, personId: string): PictureKey {
  return `${source}:${personId}`;
}

export type ConnectionWord = 'good' | 'poor' | 'lost';

/** What the server lets somebody do in this meeting; null where it does not say, as outside LiveKit's own servers. */
export type Role = 'host' | 'member' | 'guest';

/** A reaction on a tile; a second of the same kind has another id, so that it is seen to come. */
export interface ShownReaction {
  id: number;
  kind: ReactionKind;
}

export interface PersonInCall {
  id: string;
  name: string;
  isSelf: boolean;
  role: Role | null;
  /** Whose turn it is among the raised hands, from 1; null while the hand is down. */
  hand: number | null;
  reaction: ShownReaction | null;
  microphoneOn: boolean;
  cameraOn: boolean;
  sharing: boolean;
  speaking: boolean;
  /** Milliseconds since the epoch; 0 when they have not spoken yet. */
  lastSpokeAt: number;
  joinedAt: number;
  connection: ConnectionWord;
  /** Changes whenever another track must be attached; null when there is no picture to show now. */
  cameraTrack: string | null;
  screenTrack: string | null;
}

export interface Sound {
  key: string;
  personId: string;
}

export interface ChatMessage {
  id: string;
  personId: string;
  name: string;
  text: string;
  /** Milliseconds since the epoch. */
  at: number;
  own: boolean;
  state: 'sending' | 'sent' | 'failed';
  /** Code of what stopped it when it failed. */
  failure?: string;
}

export type AnnouncementKind =
  | 'joined'
  | 'left'
  | 'share_started'
  | 'share_ended'
  | 'message'
  | 'hand_raised'
  | `reaction_${ReactionKind}`;

/** One thing that happened to one or more people. */
export interface Announcement {
  id: number;
  kind: AnnouncementKind;
  /** The first of them, two at most; a name may be empty. */
  names: string[];
  /** How many they are in all. */
  count: number;
}

export type EndReason = 'left' | 'duplicate' | 'removed' | 'closed' | 'server_stopped' | 'unreachable';

export interface Problem {
  device: 'microphone' | 'camera' | 'screen';
  failure: FailureKind;
}

export interface OwnState {
  on: boolean;
  busy: boolean;
}

export interface OwnMicrophone extends OwnState {
  /** Whose level its owner may see: also while it is off, when it is kept open; never sent then. */
  level: MediaStreamTrack | null;
  /** Its owner talks although it is off. */
  talkingMuted: boolean;
  /** It stays open while it is off, to notice that; else switching it off closes it. */
  keptOpen: boolean;
}

export interface OwnShare extends OwnState {
  /** What the others see; null while nothing is shared. */
  shown: Shown | null;
  /** The tab of this very call was chosen: nobody sees it yet, and its owner is asked first. */
  ownTabHeld: boolean;
}

/** Whatever is missing here cannot be done now, so no control for it exists. */
export interface CallActions {
  toggleMicrophone?: () => void;
  toggleCamera?: () => void;
  startSharing?: () => void;
  stopSharing?: () => void;
  /** Shares the tab of this call although its owner was warned; or asks for something else; or does neither. */
  shareAnyway?: () => void;
  shareOther?: () => void;
  dropShare?: () => void;
  /** Shows in the conversation at once, with how far it got; false when too many wait already. */
  sendMessage?: (text: string) => boolean;
  /** Tries a failed message again. */
  retryMessage?: (id: string) => void;
  startSound?: () => void;
  chooseDevice: (kind: DeviceKind, id: string) => void;
  keepMicrophoneOpen: (kept: boolean) => void;
  /** Takes the device that appeared, for all that it is. */
  useNewDevice?: () => void;
  dismissDeviceNews?: () => void;
  dismissProblem?: () => void;
  /** Stays muted although a host asked. */
  stayMuted?: () => void;
  react?: (kind: ReactionKind) => void;
  /** Rejects with an ApiError when the server does not take it. */
  raiseHand?: () => Promise<void>;
  lowerHand?: () => Promise<void>;
  leave: () => void;
}

export interface CallSnapshot {
  phase: 'connected' | 'reconnecting' | 'ended';
  endReason: EndReason | null;
  /** Everyone, self included, in order of arrival. */
  people: PersonInCall[];
  sounds: Sound[];
  messages: ChatMessage[];
  /** The server keeps them with the meeting, and latecomers read them. */
  messagesKept: boolean;
  /** Ids of those whose hand is up, whose turn comes first before. */
  hands: string[];
  /** The padlock, and who answers knocks, as the server says it to everybody in the room. */
  door: Pick<RoomState, 'access' | 'membersAnswer'>;
  /** A host asks us to unmute, and we have not yet. */
  askedToUnmute: boolean;
  /** What happened just now, all of it new at once. */
  announcements: Announcement[];
  microphone: OwnMicrophone;
  camera: OwnState;
  sharing: OwnShare;
  connection: ConnectionWord;
  problem: Problem | null;
  deviceNews: DeviceNews | null;
  chosen: Record<DeviceKind, string | null>;
  actions: CallActions;
}

/** The call itself, and the small window beside it. */
export type ViewName = 'stage' | 'mini';

/** What a screen may do with a running call; CallModel is the one that does it. */
export interface Call {
  subscribe: (listener: () => void) => () => void;
  getSnapshot: () => CallSnapshot;
  /** Shows the server who asks, for what hosts do. */
  token: () => string;
  /** Names the pictures one view shows; those no view shows stop being received after a short grace. */
  show: (view: ViewName, pictures: readonly PictureKey[]) => void;
  attachPicture: (key: PictureKey, element: HTMLVideoElement) => () => void;
  attachSound: (key: string, element: HTMLAudioElement) => () => void;
}

/** How sound and picture reach the server. */
export interface Way {
  by: 'udp' | 'tcp';
  /** Milliseconds there and back; null where the browser does not measure it. */
  roundTrip: number | null;
}

/** Why a call could not begin. */
export class CallError extends Error {
  constructor(readonly code: 'call_unreachable' | 'call_refused' | 'call_blocked') {
    super(code);
    this.name = 'CallError';
  }
}
