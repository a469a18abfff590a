// Own microphone and camera in a call: published, silenced, changed, and explained when a device refuses.
import {
  LocalAudioTrack,
  LocalVideoTrack,
  RoomEvent,
  Track,
  type LocalTrackPublication,
  type Room,
} from 'livekit-client';
import { remember, remembered } from '../ui/preferences';
import {
  alone,
  cameraConstraints,
  canChooseSpeaker,
  capture,
  explain,
  isGone,
  microphoneConstraints,
  type DeviceKind,
} from './devices';
import { MutedVoice } from './MutedVoice';
import type { OwnMedia } from './Preview';
import type { CallActions, OwnMicrophone, OwnState, Problem } from './types';

type Kind = 'microphone' | 'camera';

export class OwnTracks {
  problem: Problem | null = null;
  chosen: Record<DeviceKind, string | null>;
  private readonly busy = { microphone: false, camera: false };
  /**
   * A microphone that is off stays open: speaking up then costs no first syllable, and talking into it is noticed.
   * Whoever does not want that has it closed each time, until it is switched on again.
   */
  private keptOpen = remembered('muted-microphone') !== 'closed';
  private readonly voice: MutedVoice;
  /** A microphone that was off at the door. */
  private spareMicrophone: MediaStreamTrack | null = null;
  /** The call is over: whatever a device still hands out is let go. */
  private stopped = false;

  constructor(
    private readonly room: Room,
    private readonly media: OwnMedia,
    private readonly changed: () => void,
  ) {
    this.chosen = media.chosen;
    this.voice = new MutedVoice(changed);
    // Also when a host silences somebody.
    for (const event of [
      RoomEvent.TrackMuted,
      RoomEvent.TrackUnmuted,
      RoomEvent.LocalTrackPublished,
    ] as const)
      room.on(event, this.listen);
  }

  /** Publishes what was on at the door. */
  async start(): Promise<void> {
    const { microphone, camera } = this.media;
    if (microphone.track && !microphone.on) {
      if (this.keptOpen) this.spareMicrophone = microphone.track;
      else microphone.track.stop();
    }
    this.listen();
    await Promise.all([
      microphone.track && microphone.on
        ? this.guard('microphone', () => this.publish('microphone', microphone.track))
        : undefined,
      camera.track && camera.on
        ? this.guard('camera', () => this.publish('camera', camera.track))
        : undefined,
    ]);
    if (canChooseSpeaker && this.chosen.speaker) {
      await this.room.switchActiveDevice('audiooutput', this.chosen.speaker).catch(() => undefined);
    }
    this.changed();
  }

  state(kind: Kind): OwnState {
    const publication = this.publication(kind);
    return { on: publication !== undefined && !publication.isMuted, busy: this.busy[kind] };
  }

  get microphone(): OwnMicrophone {
    const state = this.state('microphone');
    const live = state.on ? this.publication('microphone')?.audioTrack?.mediaStreamTrack : this.voice.copy;
    return { ...state, level: live ?? null, talkingMuted: this.voice.talking, keptOpen: this.keptOpen };
  }

  /** What each device is in truth: what was chosen, or what the browser took when nothing was. */
  get inUse(): Record<DeviceKind, string | null> {
    const taken = (kind: Kind) => this.publication(kind)?.track?.mediaStreamTrack.getSettings().deviceId;
    return {
      microphone: taken('microphone') ?? this.chosen.microphone,
      camera: taken('camera') ?? this.chosen.camera,
      speaker: this.chosen.speaker,
    };
  }

  get maySend(): boolean {
    return this.room.localParticipant.permissions?.canPublish ?? true;
  }

  actions(): Pick<
    CallActions,
    'toggleMicrophone' | 'toggleCamera' | 'chooseDevice' | 'keepMicrophoneOpen' | 'dismissProblem'
  > {
    return {
      keepMicrophoneOpen: this.keepMicrophoneOpen,
      chooseDevice: this.choose,
      ...(this.maySend && {
        toggleMicrophone: () => void this.toggle('microphone'),
        toggleCamera: () => void this.toggle('camera'),
      }),
      ...(this.problem && {
        dismissProblem: () => {
          this.problem = null;
          this.changed();
        },
      }),
    };
  }

  /** Something of one's own failed: told until it is dismissed or works. */
  fail(problem: Problem): void {
    this.problem = problem;
    this.changed();
  }

  /** This device is gone: the next one is whatever the browser takes. */
  forget(ids: Partial<Record<DeviceKind, string>>): void {
    for (const kind of ['microphone', 'camera', 'speaker'] as const) {
      if (ids[kind] === undefined || this.chosen[kind] !== ids[kind]) continue;
      this.chosen = { ...this.chosen, [kind]: null };
      if (kind === 'speaker')
        void this.room.switchActiveDevice('audiooutput', 'default').catch(() => undefined);
    }
  }

  stop(): void {
    this.stopped = true;
    this.voice.stop();
    this.dropSpare();
  }

  /** Listens to the microphone while it is off and may stay open. */
  private listen = (): void => {
    const publication = this.publication('microphone');
    const off = publication?.isMuted ? publication.audioTrack?.mediaStreamTrack : undefined;
    const open = publication ? off : this.spareMicrophone;
    this.voice.listenTo(this.keptOpen && !this.stopped ? (open ?? null) : null);
  };

  private keepMicrophoneOpen = (kept: boolean): void => {
    remember('muted-microphone', kept ? null : 'closed');
    this.keptOpen = kept;
    this.listen();
    const track = this.publication('microphone')?.audioTrack;
    if (track instanceof LocalAudioTrack) {
      track.stopOnMute = !kept;
      if (!kept && track.isMuted) track.mediaStreamTrack.stop();
    }
    if (!kept) this.dropSpare();
    this.changed();
  };

  private dropSpare(): void {
    this.spareMicrophone?.stop();
    this.spareMicrophone = null;
  }

  private publication(kind: Kind): LocalTrackPublication | undefined {
    const source = { microphone: Track.Source.Microphone, camera: Track.Source.Camera }[kind];
    return this.room.localParticipant.getTrackPublication(source);
  }

  private async toggle(kind: Kind): Promise<void> {
    if (this.busy[kind]) return;
    const publication = this.publication(kind);
    await this.guard(kind, async () => {
      if (publication && !publication.isMuted) await publication.mute();
      else if (publication) await this.unmute(publication);
      else await this.publish(kind, this.takeSpare(kind));
    });
  }

  /** A device that was closed meanwhile is opened again: not while another is. */
  private async unmute(publication: LocalTrackPublication): Promise<void> {
    const open =
      publication.kind === Track.Kind.Audio && publication.track?.mediaStreamTrack.readyState === 'live';
    if (open) {
      await publication.unmute();
      return;
    }
    await alone(async () => {
      try {
        await publication.unmute();
      } catch (error) {
        const { track } = publication;
        if (!isGone(error) || !(track instanceof LocalAudioTrack || track instanceof LocalVideoTrack))
          throw error;
        // Whatever the browser takes instead.
        await track.setDeviceId({});
        await publication.unmute();
      }
    });
  }

  private takeSpare(kind: Kind): MediaStreamTrack | null {
    if (kind !== 'microphone') return null;
    const track = this.spareMicrophone;
    this.spareMicrophone = null;
    if (track) track.enabled = true;
    return track?.readyState === 'live' ? track : null;
  }

  private async publish(kind: Kind, ready: MediaStreamTrack | null): Promise<void> {
    const constraints =
      kind === 'microphone'
        ? microphoneConstraints(this.chosen.microphone)
        : cameraConstraints(this.chosen.camera);
    let track = ready;
    if (!track || track.readyState !== 'live') {
      const result = (await capture({ [kind]: constraints }))[kind];
      if (!result?.track) {
        this.problem = { device: kind, failure: result?.failure ?? 'unknown' };
        return;
      }
      track = result.track;
    }
    if (this.stopped) {
      track.stop();
      return;
    }
    const own =
      kind === 'microphone'
        ? new LocalAudioTrack(track, constraints, false)
        : new LocalVideoTrack(track, constraints, false);
    if (own instanceof LocalAudioTrack) own.stopOnMute = !this.keptOpen;
    own.source = kind === 'microphone' ? Track.Source.Microphone : Track.Source.Camera;
    try {
      await this.room.localParticipant.publishTrack(own, { source: own.source });
    } catch (error) {
      // Nobody sees it, so the light of the camera must not stay on either.
      own.stop();
      throw error;
    }
  }

  choose = (kind: DeviceKind, id: string): void => void this.take(kind, id);

  private async take(kind: DeviceKind, id: string): Promise<void> {
    remember(kind, id);
    this.chosen = { ...this.chosen, [kind]: id };
    this.changed();
    const names = { microphone: 'audioinput', camera: 'videoinput', speaker: 'audiooutput' } as const;
    if (kind === 'microphone') this.dropSpare();
    if (kind === 'speaker') {
      await this.room.switchActiveDevice(names[kind], id).catch(() => undefined);
      this.changed();
    } else if (this.publication(kind)) {
      await this.guard(kind, () => alone(() => this.room.switchActiveDevice(names[kind], id)));
    }
  }

  /** Runs one change of a device, so that nothing else touches it meanwhile and a refusal is told. */
  private async guard(kind: Kind, change: () => Promise<unknown>): Promise<void> {
    this.busy[kind] = true;
    this.problem = null;
    this.changed();
    try {
      await change();
    } catch (error) {
      this.problem = { device: kind, failure: await explain(error, kind) };
    } finally {
      this.busy[kind] = false;
      this.listen();
      this.changed();
    }
  }
}
