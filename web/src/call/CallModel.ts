// A running call as one snapshot and a few actions, without any JSX; the screens draw what it says.
import { RoomEvent, Track, type Participant, type Room } from 'livekit-client';
import { setHand } from '../api/inCall';
import { Announcements } from './Announcements';
import { asksToUnmute } from './asks';
import { Chat } from './Chat';
import { connect, type CallTicket, type Connection } from './connect';
import type { DeviceKind } from './devices';
import { DeviceWatch } from './DeviceWatch';
import { raisedHands } from './hands';
import { registerForInspection } from './inspection';
import { OwnScreen } from './OwnScreen';
import { OwnTracks } from './OwnTracks';
import { endReasonOf, isPerson, readPeople, readSounds, wordOf } from './people';
import type { OwnMedia } from './Preview';
import { Reactions } from './Reactions';
import { readRoomState } from './roomState';
import { Subscriptions } from './Subscriptions';
import type { Call, CallSnapshot, EndReason, PictureKey, ViewName } from './types';

export class CallModel implements Call {
  private readonly listeners = new Set<() => void>();
  private readonly subscriptions: Subscriptions;
  private readonly own: OwnTracks;
  private readonly screen: OwnScreen;
  private readonly devices: DeviceWatch;
  private readonly chat: Chat;
  private readonly reactions: Reactions;
  private readonly announcements: Announcements;
  private readonly room: Room;
  private readonly lastSpoke = new Map<string, number>();
  private phase: CallSnapshot['phase'] = 'connected';
  private endReason: EndReason | null = null;
  private askedToUnmute = false;
  private scheduled = false;
  private snapshot: CallSnapshot;

  /** Connects and publishes; resolves once the call is there, rejects with a CallError. */
  static async open(ticket: CallTicket): Promise<CallModel> {
    return new CallModel(await connect(ticket), ticket.media());
  }

  constructor(
    private readonly connection: Connection,
    media: OwnMedia,
  ) {
    const room = connection.room;
    this.room = room;
    this.subscriptions = new Subscriptions(room);
    this.own = new OwnTracks(room, media, this.changed);
    this.screen = new OwnScreen(
      room,
      (failure) => this.own.fail({ device: 'screen', failure }),
      this.changed,
    );
    this.devices = new DeviceWatch(
      () => this.own.inUse,
      ({ ids }) => this.own.forget(ids),
      this.changed,
    );
    this.announcements = new Announcements(this.changed);
    this.reactions = new Reactions(
      room,
      (person, kind) => person.isLocal || this.announcements.add(`reaction_${kind}`, person),
      this.changed,
    );
    this.chat = new Chat(
      room,
      connection.token,
      ({ personId, name }) => this.announcements.add('message', { identity: personId, name }),
      this.changed,
    );
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

  token = (): string => this.connection.token();

  show = (view: ViewName, pictures: readonly PictureKey[]): void => this.subscriptions.show(view, pictures);

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
        if (isPerson(person)) this.announcements.add('joined', person);
        settle();
      })
      .on(RoomEvent.ParticipantDisconnected, (person) => {
        if (isPerson(person)) this.announcements.add('left', person);
        this.lastSpoke.delete(person.identity);
        this.reactions.forget(person.identity);
        this.changed();
      })
      .on(RoomEvent.DataReceived, (payload, person, _kind, topic, _encryption, identity) => {
        this.reactions.receive(payload, person, topic);
        this.chat.receiveData(payload, topic, identity);
        if (asksToUnmute(payload, topic, !person && !identity)) this.setAsked(true);
      })
      .on(RoomEvent.RoomMetadataChanged, () => {
        this.chat.roomChanged();
        this.changed();
      })
      .on(RoomEvent.ParticipantAttributesChanged, (changed, person) => {
        if (changed.hand && !person.isLocal) this.announcements.add('hand_raised', person);
        this.changed();
      })
      .on(RoomEvent.TrackPublished, (publication, person) => {
        if (publication.source === Track.Source.ScreenShare) this.announcements.add('share_started', person);
        settle();
      })
      .on(RoomEvent.TrackUnpublished, (publication, person) => {
        if (publication.source === Track.Source.ScreenShare) this.announcements.add('share_ended', person);
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
        this.chat.catchUp();
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
    window.addEventListener('pagehide', this.leave);
  }

  private enter(phase: CallSnapshot['phase']): void {
    if (this.phase === 'ended') return;
    this.phase = phase;
    this.changed();
  }

  private end(reason: EndReason): void {
    this.phase = 'ended';
    this.endReason = reason;
    window.removeEventListener('pagehide', this.leave);
    this.subscriptions.close();
    this.own.stop();
    this.screen.stop();
    this.devices.close();
    this.reactions.close();
    this.chat.close();
    this.announcements.close();
    this.changed();
  }

  private setAsked(asked: boolean): void {
    this.askedToUnmute = asked;
    this.changed();
  }

  private leave = (): void => {
    if (this.phase === 'ended') return;
    // The page changes at once; the server is told meanwhile.
    this.end('left');
    void this.room.disconnect();
  };

  /** Many events arrive together; the snapshot is rebuilt once for all of them. */
  private changed = (): void => {
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      this.devices.note();
      // Whoever speaks again has answered.
      if (this.own.state('microphone').on) this.askedToUnmute = false;
      this.snapshot = this.read(this.snapshot.people);
      for (const listener of this.listeners) listener();
    });
  };

  private read(before: CallSnapshot['people']): CallSnapshot {
    const { room, own } = this;
    const ended = this.phase === 'ended';
    const { access, membersAnswer } = readRoomState(room.metadata);
    const hands = raisedHands([room.localParticipant, ...room.remoteParticipants.values()]);
    const { lastSpoke, reactions } = this;
    return {
      phase: this.phase,
      endReason: this.endReason,
      people: ended ? before : readPeople(room, { lastSpoke, hands, reactions }, before),
      hands,
      sounds: readSounds(room),
      messages: this.chat.messages,
      messagesKept: this.chat.kept,
      door: { access, membersAnswer },
      askedToUnmute: this.askedToUnmute,
      announcements: this.announcements.newest,
      microphone: own.microphone,
      camera: own.state('camera'),
      sharing: this.screen.state,
      connection: wordOf(room.localParticipant.connectionQuality),
      problem: own.problem,
      deviceNews: this.devices.news,
      chosen: own.inUse,
      actions: {
        ...own.actions(),
        ...this.screen.actions(own.maySend),
        ...this.newsActions(),
        ...(this.chat.maySend && { sendMessage: this.chat.send, retryMessage: this.chat.retry }),
        ...(reactions.maySend && { react: reactions.send }),
        ...this.handActions(hands),
        ...(this.askedToUnmute && { stayMuted: () => this.setAsked(false) }),
        ...(!room.canPlaybackAudio && { startSound: () => void room.startAudio().catch(() => undefined) }),
        leave: this.leave,
      },
    };
  }

  private newsActions(): Pick<CallSnapshot['actions'], 'useNewDevice' | 'dismissDeviceNews'> {
    const { news, dismiss } = this.devices;
    if (!news) return {};
    const useNewDevice = () => {
      for (const [kind, id] of Object.entries(news.ids)) this.own.choose(kind as DeviceKind, id);
      dismiss();
    };
    return { dismissDeviceNews: dismiss, ...(news.change === 'appeared' && { useNewDevice }) };
  }

  private handActions(hands: readonly string[]): Pick<CallSnapshot['actions'], 'raiseHand' | 'lowerHand'> {
    const { room, connection } = this;
    if (!readRoomState(room.metadata).ours) return {};
    const up = hands.includes(room.localParticipant.identity);
    const set = () => setHand(connection.token(), !up);
    return up ? { lowerHand: set } : { raiseHand: set };
  }
}
