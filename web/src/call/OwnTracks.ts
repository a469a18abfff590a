// Own microphone, camera and screen in a call: published, silenced, shared, and explained when a device refuses.
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
  canShareScreen,
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
  private readonly busy = { microphone: false, camera: false, screen: false };
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

  state(kind: Kind | 'screen'): OwnState {
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

  actions(): Pick<
    CallActions,
    'toggleMicrophone' | 'toggleCamera' | 'startSharing' | 'stopSharing' | 'chooseDevice' | 'dismissProblem'
  > {
    const maySend = this.room.localParticipant.permissions?.canPublish ?? true;
    const sharing = this.state('screen').on;
    return {
      chooseDevice: (kind, id) => void this.choose(kind, id),
      ...(maySend && {
        toggleMicrophone: () => void this.toggle('microphone'),
        toggleCamera: () => void this.toggle('camera'),
      }),
      ...(maySend && canShareScreen && !sharing && { startSharing: () => void this.share(true) }),
      ...(sharing && { stopSharing: () => void this.share(false) }),
      ...(this.problem && {
        dismissProblem: () => {
          this.problem = null;
          this.changed();
        },
      }),
    };
  }

  stop(): void {
    this.stopped = true;
    this.spareMicrophone?.stop();
    this.spareMicrophone = null;
  }

  private publication(kind: Kind | 'screen'): LocalTrackPublication | undefined {
    const source = {
      microphone: Track.Source.Microphone,
      camera: Track.Source.Camera,
      screen: Track.Source.ScreenShare,
    }[kind];
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

  private async share(on: boolean): Promise<void> {
    if (this.busy.screen) return;
    this.busy.screen = true;
    this.changed();
    try {
      await this.room.localParticipant.setScreenShareEnabled(on, {
        audio: true,
        systemAudio: 'include',
        surfaceSwitching: 'include',
        selfBrowserSurface: 'exclude',
        contentHint: 'detail',
      });
    } catch (error) {
      // Closing the browser's own chooser is an answer, not a failure.
      const cancelled =
        error instanceof Error && error.name === 'NotAllowedError' && !/system/i.test(error.message);
      if (!cancelled) this.problem = { device: 'screen', failure: await explain(error, 'camera') };
    } finally {
      this.busy.screen = false;
      this.changed();
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
