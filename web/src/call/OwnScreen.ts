// Sharing one's own screen: captured, held back while the call's own tab would be shown, published, ended.
import {
  LocalAudioTrack,
  LocalVideoTrack,
  Track,
  type LocalTrackPublication,
  type Room,
} from 'livekit-client';
import { canShareScreen, explain } from './devices';
import type { FailureKind } from './failure';
import { captureScreen, shownBy } from './screen';
import type { CallActions, OwnShare } from './types';

type Captured = Awaited<ReturnType<typeof captureScreen>>;

export class OwnScreen {
  private busy = false;
  /** Captured, and waiting for a decision: it is the tab of this very call. */
  private held: Captured | null = null;
  private stopped = false;

  constructor(
    private readonly room: Room,
    private readonly onFailure: (failure: FailureKind) => void,
    private readonly changed: () => void,
  ) {}

  get state(): OwnShare {
    const picture = this.publication(Track.Source.ScreenShare)?.track?.mediaStreamTrack;
    const sound = this.publication(Track.Source.ScreenShareAudio) !== undefined;
    return {
      on: picture !== undefined,
      busy: this.busy,
      shown: picture ? shownBy(picture, sound) : null,
      ownTabHeld: this.held !== null,
    };
  }

  actions(
    maySend: boolean,
  ): Pick<CallActions, 'startSharing' | 'stopSharing' | 'shareAnyway' | 'shareOther' | 'dropShare'> {
    const { on } = this.state;
    if (on) return { stopSharing: () => void this.unpublish() };
    const { held } = this;
    if (held) {
      const dropShare = () => this.letGo(held);
      const shareOther = () => {
        dropShare();
        void this.start();
      };
      return { dropShare, shareOther, shareAnyway: () => void this.publish(held) };
    }
    return maySend && canShareScreen ? { startSharing: () => void this.start() } : {};
  }

  stop(): void {
    this.stopped = true;
    if (this.held) this.letGo(this.held);
  }

  private publication(source: Track.Source): LocalTrackPublication | undefined {
    return this.room.localParticipant.getTrackPublication(source);
  }

  private async start(): Promise<void> {
    if (this.busy) return;
    await this.guard(async () => {
      const captured = await captureScreen();
      if (this.stopped) return this.letGo(captured);
      if (!shownBy(captured.video, captured.audio !== null).ownTab) return this.publish(captured);
      this.held = captured;
      // Ended by the browser's own button: there is nothing left to decide.
      captured.video.addEventListener('ended', () => this.held === captured && this.letGo(captured));
    });
  }

  private async publish(captured: Captured): Promise<void> {
    this.held = null;
    await this.guard(async () => {
      const { localParticipant } = this.room;
      const video = new LocalVideoTrack(captured.video, undefined, false);
      video.source = Track.Source.ScreenShare;
      captured.video.addEventListener('configurationchange', this.changed);
      captured.video.addEventListener('capturehandlechange', this.changed);
      try {
        await localParticipant.publishTrack(video);
        if (!captured.audio) return;
        const audio = new LocalAudioTrack(captured.audio, undefined, false);
        audio.source = Track.Source.ScreenShareAudio;
        // Music has no pauses to leave out.
        await localParticipant.publishTrack(audio, { dtx: false });
      } catch (error) {
        this.letGo(captured);
        throw error;
      }
    });
  }

  private async unpublish(): Promise<void> {
    await this.guard(async () => {
      const tracks = [Track.Source.ScreenShareAudio, Track.Source.ScreenShare].flatMap(
        (source) => this.publication(source)?.track ?? [],
      );
      await this.room.localParticipant.unpublishTracks(tracks);
    });
  }

  private letGo(captured: Captured): void {
    if (this.held === captured) this.held = null;
    captured.video.stop();
    captured.audio?.stop();
    this.changed();
  }

  private async guard(change: () => Promise<void> | void): Promise<void> {
    this.busy = true;
    this.changed();
    try {
      await change();
    } catch (error) {
      // Closing the browser's own chooser is an answer, not a failure.
      const cancelled =
        error instanceof Error && error.name === 'NotAllowedError' && !/system/i.test(error.message);
      if (!cancelled) this.onFailure(await explain(error, 'camera'));
    } finally {
      this.busy = false;
      this.changed();
    }
  }
}
