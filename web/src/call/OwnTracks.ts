// Own microphone and camera in a call: published, silenced, changed, and explained when a device refuses.
import {
  LocalAudioTrack,
  LocalVideoTrack,
  Track,
  type LocalTrackPublication,
  type Room,
} from 'livekit-client';
import { remember } from '../ui/preferences';
import {
  cameraConstraints,
  canChooseSpeaker,
  capture,
  explain,
  microphoneConstraints,
  type DeviceKind,
} from './devices';
import type { OwnMedia } from './Preview';
import type { CallActions, OwnState, Problem } from './types';

type Kind = 'microphone' | 'camera';

export class OwnTracks {
  problem: Problem | null = null;
  chosen: Record<DeviceKind, string | null>;
  private readonly busy = { microphone: false, camera: false };
  /** A microphone that was off at the door: kept open, so that speaking up costs no first syllable. */
  private spareMicrophone: MediaStreamTrack | null = null;
  /** The call is over: whatever a device still hands out is let go. */
  private stopped = false;

  constructor(
    private readonly room: Room,
    private readonly media: OwnMedia,
    private readonly changed: () => void,
  ) {
    this.chosen = media.chosen;
  }

  /** Publishes what was on at the door. */
  async start(): Promise<void> {
    const { microphone, camera } = this.media;
    if (microphone.track && !microphone.on) this.spareMicrophone = microphone.track;
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

  get microphoneTrack(): MediaStreamTrack | null {
    const publication = this.publication('microphone');
    if (!publication || publication.isMuted) return null;
    return publication.audioTrack?.mediaStreamTrack ?? null;
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

  actions(): Pick<CallActions, 'toggleMicrophone' | 'toggleCamera' | 'chooseDevice' | 'dismissProblem'> {
    return {
      chooseDevice: (kind, id) => void this.choose(kind, id),
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

  stop(): void {
    this.stopped = true;
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
      else if (publication) await publication.unmute();
      else await this.publish(kind, this.takeSpare(kind));
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
    own.source = kind === 'microphone' ? Track.Source.Microphone : Track.Source.Camera;
    try {
      await this.room.localParticipant.publishTrack(own, { source: own.source });
    } catch (error) {
      // Nobody sees it, so the light of the camera must not stay on either.
      own.stop();
      throw error;
    }
  }

  private async choose(kind: DeviceKind, id: string): Promise<void> {
    remember(kind, id);
    this.chosen = { ...this.chosen, [kind]: id };
    this.changed();
    const names = { microphone: 'audioinput', camera: 'videoinput', speaker: 'audiooutput' } as const;
    if (kind === 'microphone' && this.spareMicrophone) {
      this.spareMicrophone.stop();
      this.spareMicrophone = null;
    }
    if (kind === 'speaker') {
      await this.room.switchActiveDevice(names[kind], id).catch(() => undefined);
      this.changed();
    } else if (this.publication(kind)) {
      await this.guard(kind, () => this.room.switchActiveDevice(names[kind], id, false));
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
      this.changed();
    }
  }
}
