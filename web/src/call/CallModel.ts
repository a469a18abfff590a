// A running call as one snapshot and a few actions, without any JSX; the screens draw what it says.
import {
  ConnectionError,
  ConnectionErrorReason,
  DefaultReconnectPolicy,
  DisconnectReason,
  Room,
  RoomEvent,
  setLogLevel,
  Track,
  type Participant,
  type RoomOptions,
} from 'livekit-client';
import { Chat } from './Chat';
import { registerForInspection } from './inspection';
import { OwnTracks } from './OwnTracks';
import { endReasonOf, isPerson, readPeople, readSounds, wordOf } from './people';
import type { OwnMedia } from './Preview';
import { Subscriptions } from './Subscriptions';
import {
  CallError,
  type Announcement,
  type AnnouncementKind,
  type Call,
  type CallSnapshot,
  type EndReason,
  type PictureKey,
} from './types';

/** Up to this many people everything fits on the first page: the server may send all of it at once. */
const SEND_EVERYTHING_UP_TO = 9;

/** Tries for about two minutes: a server that restarts or a train in a tunnel comes back. */
const retryDelays = [0, 300, 1200, 2700, 4800, ...new Array<number>(16).fill(7000)];

const roomOptions: RoomOptions = {
  adaptiveStream: true,
  dynacast: true,
  reconnectPolicy: new DefaultReconnectPolicy(retryDelays),
  publishDefaults: { simulcast: true, dtx: true },
};

export interface CallTicket {
  url: string;
  token: string;
  /** Called once connected: until then the door keeps its preview. */
  media: () => OwnMedia;
  /** How many were inside when asked last. */
  crowd: number;
}

export class CallModel implements Call {
  private readonly listeners = new Set<() => void>();
  private readonly subscriptions: Subscriptions;
  private readonly own: OwnTracks;
  private readonly chat: Chat;
  private readonly lastSpoke = new Map<string, number>();
  private announcement: Announcement | null = null;
  private phase: CallSnapshot['phase'] = 'connected';
  private endReason: EndReason | null = null;
  private scheduled = false;
  private snapshot: CallSnapshot;

  /** Connects and publishes; resolves once the call is there, rejects with a CallError. */
  static async open(ticket: CallTicket): Promise<CallModel> {
    setLogLevel('warn');
    const room = new Room(roomOptions);
    try {
      await room.connect(ticket.url, ticket.token, {
        autoSubscribe: ticket.crowd <= SEND_EVERYTHING_UP_TO,
      });
    } catch (error) {
      throw new CallError(refusalOf(error));
    }
    return new CallModel(room, ticket.media());
  }

  constructor(
    private readonly room: Room,
    media: OwnMedia,
  ) {
    this.subscriptions = new Subscriptions(room);
    this.own = new OwnTracks(room, media, this.changed);
    this.chat = new Chat(room, (message) => {
      if (!message.own) this.announce('message', message.name);
      this.changed();
    });
    this.snapshot = this.read([]);
    this.listen();
    this.subscriptions.apply();
    void this.own.start();
    registerForInspection(room);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  getSnapshot = (): CallSnapshot => this.snapshot;

  show = (pictures: readonly PictureKey[]): void => this.subscriptions.show(pictures);

  attachPicture = (key: PictureKey, element: HTMLVideoElement): (() => void) => {
    const separator = key.indexOf(':');
    const source = key.slice(0, separator) === 'screen' ? Track.Source.ScreenShare : Track.Source.Camera;
    const person = this.participant(key.slice(separator + 1));
    const track = person?.getTrackPublication(source)?.videoTrack;
    track?.attach(element);
    return () => {
      track?.detach(element);
    };
  };

  attachSound = (key: string, element: HTMLAudioElement): (() => void) => {
    for (const person of this.room.remoteParticipants.values()) {
      const track = person.audioTrackPublications.get(key)?.audioTrack;
      if (track) {
        track.attach(element);
        return () => {
          track.detach(element);
        };
      }
    }
    return () => undefined;
  };

  private participant(id: string): Participant | undefined {
    if (this.room.localParticipant.identity === id) return this.room.localParticipant;
    return this.room.remoteParticipants.get(id);
  }

  private listen(): void {
    const { room } = this;
    const settle = () => {
      this.subscriptions.apply();
      this.changed();
    };
    room
      .on(RoomEvent.ParticipantConnected, (person) => {
        if (isPerson(person)) this.announce('joined', person.name ?? '');
        settle();
      })
      .on(RoomEvent.ParticipantDisconnected, (person) => {
        if (isPerson(person)) this.announce('left', person.name ?? '');
        this.lastSpoke.delete(person.identity);
        this.changed();
      })
      .on(RoomEvent.TrackPublished, (publication, person) => {
        if (publication.source === Track.Source.ScreenShare)
          this.announce('share_started', person.name ?? '');
        settle();
      })
      .on(RoomEvent.TrackUnpublished, (publication, person) => {
        if (publication.source === Track.Source.ScreenShare) this.announce('share_ended', person.name ?? '');
        this.changed();
      })
      .on(RoomEvent.ActiveSpeakersChanged, (speakers) => {
        for (const person of speakers) this.lastSpoke.set(person.identity, Date.now());
        this.changed();
      })
      .on(RoomEvent.SignalReconnecting, () => this.enter('reconnecting'))
      .on(RoomEvent.Reconnecting, () => this.enter('reconnecting'))
      .on(RoomEvent.Reconnected, () => {
        this.enter('connected');
        settle();
      })
      .on(RoomEvent.Disconnected, (reason) => this.end(endReasonOf(reason)));
    const redrawOn = [
      RoomEvent.TrackSubscribed,
      RoomEvent.TrackUnsubscribed,
      RoomEvent.TrackMuted,
      RoomEvent.TrackUnmuted,
      RoomEvent.TrackStreamStateChanged,
      RoomEvent.LocalTrackPublished,
      RoomEvent.LocalTrackUnpublished,
      RoomEvent.ConnectionQualityChanged,
      RoomEvent.ParticipantNameChanged,
      RoomEvent.ParticipantPermissionsChanged,
      RoomEvent.AudioPlaybackStatusChanged,
      RoomEvent.ActiveDeviceChanged,
    ] as const;
    for (const event of redrawOn) room.on(event, this.changed);
  }

  private enter(phase: CallSnapshot['phase']): void {
    if (this.phase === 'ended') return;
    this.phase = phase;
    this.changed();
  }

  private end(reason: EndReason): void {
    this.phase = 'ended';
    this.endReason = reason;
    this.subscriptions.close();
    this.own.stop();
    this.changed();
  }

  private leave = (): void => {
    if (this.phase === 'ended') return;
    // The page changes at once; the server is told meanwhile.
    this.end('left');
    void this.room.disconnect();
  };

  private announce(kind: AnnouncementKind, name: string): void {
    this.announcement = { id: (this.announcement?.id ?? 0) + 1, kind, name };
    this.changed();
  }

  /** Many events arrive together; the snapshot is rebuilt once for all of them. */
  private changed = (): void => {
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      this.snapshot = this.read(this.snapshot.people);
      for (const listener of this.listeners) listener();
    });
  };

  private read(before: CallSnapshot['people']): CallSnapshot {
    const { room, own } = this;
    const ended = this.phase === 'ended';
    return {
      phase: this.phase,
      endReason: this.endReason,
      people: ended ? before : readPeople(room, this.lastSpoke, before),
      sounds: readSounds(room),
      messages: this.chat.messages,
      announcement: this.announcement,
      microphone: { ...own.state('microphone'), track: own.microphoneTrack },
      camera: own.state('camera'),
      sharing: own.state('screen'),
      connection: wordOf(room.localParticipant.connectionQuality),
      problem: own.problem,
      chosen: own.inUse,
      actions: {
        ...own.actions(),
        ...(this.chat.maySend && { sendMessage: this.chat.send }),
        ...(!room.canPlaybackAudio && { startSound: () => void room.startAudio().catch(() => undefined) }),
        leave: this.leave,
      },
    };
  }
}

function refusalOf(error: unknown): CallError['code'] {
  if (!(error instanceof ConnectionError)) return 'call_blocked';
  switch (error.reason) {
    case ConnectionErrorReason.NotAllowed:
      return 'call_refused';
    case ConnectionErrorReason.LeaveRequest:
      return error.context === DisconnectReason.SERVER_SHUTDOWN ? 'call_unreachable' : 'call_refused';
    case ConnectionErrorReason.ServerUnreachable:
    case ConnectionErrorReason.ServiceNotFound:
    case ConnectionErrorReason.WebSocket:
      return 'call_unreachable';
    default:
      return 'call_blocked';
  }
}
