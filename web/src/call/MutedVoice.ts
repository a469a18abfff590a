// Notices that one talks although one's microphone is off. It listens on a copy of the track in this page only: nothing of
// it is sent or kept, and it listens only while the microphone, which the reader has allowed, is kept open anyway.
import { watchLevel } from './level';
import { TalkDetector } from './speech';

/** How long the notice stands after the last word. */
const STANDS_MS = 6000;

export class MutedVoice {
  talking = false;
  /** The copy being listened to: its level may be shown to its owner. */
  copy: MediaStreamTrack | null = null;
  private source: MediaStreamTrack | null = null;
  private unwatch: (() => void) | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly changed: () => void) {}

  /** Listens to this microphone, which is off; null when there is nothing to listen to. */
  listenTo(microphone: MediaStreamTrack | null): void {
    const source = microphone?.readyState === 'live' ? microphone : null;
    if (source === this.source) return;
    this.stop();
    this.source = source;
    if (!source) return;
    // The original is disabled, and gives silence.
    const copy = source.clone();
    copy.enabled = true;
    this.copy = copy;
    const detector = new TalkDetector();
    this.unwatch = watchLevel(copy, (level) => {
      if (detector.hear(level, performance.now())) this.noticed();
    });
  }

  stop(): void {
    this.unwatch?.();
    this.copy?.stop();
    if (this.timer !== null) clearTimeout(this.timer);
    this.unwatch = this.copy = this.source = this.timer = null;
    this.talking = false;
  }

  private noticed(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.set(false), STANDS_MS);
    this.set(true);
  }

  private set(talking: boolean): void {
    if (this.talking === talking) return;
    this.talking = talking;
    this.changed();
  }
}
