// What the prejoin page holds before anyone is in a call: own microphone and camera, and the choice of devices.
import { remember, remembered } from '../ui/preferences';
import {
  cameraConstraints,
  capture,
  listDevices,
  microphoneConstraints,
  noDevices,
  onDevicesChange,
  onPermissionChange,
  type DeviceKind,
  type DeviceList,
} from './devices';
import type { FailureKind } from './failure';

export interface OwnDevice {
  on: boolean;
  /** Being asked for or released just now. */
  busy: boolean;
  track: MediaStreamTrack | null;
  failure: FailureKind | null;
}

export interface PreviewSnapshot {
  /** The browser's permission question has not been answered yet. */
  asking: boolean;
  microphone: OwnDevice;
  camera: OwnDevice;
  devices: DeviceList;
  chosen: Record<DeviceKind, string | null>;
}

/** Own tracks on their way from the prejoin page into the call. */
export interface OwnMedia {
  microphone: { track: MediaStreamTrack | null; on: boolean };
  camera: { track: MediaStreamTrack | null; on: boolean };
  chosen: Record<DeviceKind, string | null>;
}

type Kind = 'microphone' | 'camera';

export class Preview {
  private snapshot: PreviewSnapshot;
  private readonly listeners = new Set<() => void>();
  private stops: (() => void)[] = [];
  private closed = false;

  constructor() {
    const idle = (kind: Kind): OwnDevice => ({
      on: remembered(`${kind}:off`) === null,
      busy: false,
      track: null,
      failure: null,
    });
    this.snapshot = {
      asking: false,
      microphone: idle('microphone'),
      camera: idle('camera'),
      devices: noDevices,
      chosen: {
        microphone: remembered('microphone'),
        camera: remembered('camera'),
        speaker: remembered('speaker'),
      },
    };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  getSnapshot = (): PreviewSnapshot => this.snapshot;

  /** Asks for what the reader last had on; at least the microphone, so that there is a level to see. */
  async start(): Promise<void> {
    this.stops.push(onDevicesChange(() => void this.refreshDevices()));
    for (const kind of ['microphone', 'camera'] as const) {
      void onPermissionChange(kind, () => this.permissionChanged(kind)).then((stop) => {
        if (this.closed) stop();
        else this.stops.push(stop);
      });
    }
    await this.take(['microphone', ...(this.snapshot.camera.on ? (['camera'] as const) : [])]);
  }

  retry = (): void => {
    const wanted = (['microphone', 'camera'] as const).filter((kind) => this.snapshot[kind].failure !== null);
    for (const kind of wanted) this.device(kind, { on: true });
    void this.take(wanted);
  };

  toggle = (kind: Kind): void => {
    const { on, busy, track } = this.snapshot[kind];
    if (busy) return;
    remember(`${kind}:off`, on ? '1' : null);
    if (kind === 'microphone' && track) {
      track.enabled = !on;
      this.device(kind, { on: !on });
    } else if (on) {
      track?.stop();
      this.device(kind, { on: false, track: null, failure: null });
    } else {
      this.device(kind, { on: true });
      void this.take([kind]);
    }
  };

  choose = (kind: DeviceKind, id: string): void => {
    remember(kind, id);
    this.update({ chosen: { ...this.snapshot.chosen, [kind]: id } });
    if (kind !== 'speaker' && (this.snapshot[kind].on || kind === 'microphone')) {
      // Firefox opens only one microphone at a time: let go before taking the next.
      this.snapshot[kind].track?.stop();
      void this.take([kind]);
    }
  };

  /** Gives the tracks away, which the call owns from now on; a preview that was closed has none to give. */
  handOver(): OwnMedia {
    const { microphone, camera, chosen } = this.snapshot;
    const media: OwnMedia = {
      microphone: { track: microphone.track, on: microphone.on && microphone.track !== null },
      camera: { track: camera.track, on: camera.on && camera.track !== null },
      chosen,
    };
    this.update({
      microphone: { ...microphone, track: null },
      camera: { ...camera, track: null },
    });
    this.close();
    return media;
  }

  close(): void {
    this.closed = true;
    for (const stop of this.stops.splice(0)) stop();
    for (const kind of ['microphone', 'camera'] as const) {
      this.snapshot[kind].track?.stop();
      this.device(kind, { track: null });
    }
  }

  private async take(kinds: readonly Kind[]): Promise<void> {
    for (const kind of kinds) this.device(kind, { busy: true, failure: null });
    this.update({ asking: true });
    const { chosen } = this.snapshot;
    const got = await capture({
      microphone: kinds.includes('microphone') ? microphoneConstraints(chosen.microphone) : undefined,
      camera: kinds.includes('camera') ? cameraConstraints(chosen.camera) : undefined,
    });
    for (const kind of kinds) {
      const result = got[kind];
      if (this.closed) {
        result?.track?.stop();
        continue;
      }
      const before = this.snapshot[kind];
      // Two choices in a row take two tracks: the later one stays.
      before.track?.stop();
      if (result?.track && (before.on || kind === 'microphone')) {
        result.track.enabled = before.on;
        this.watch(kind, result.track);
        this.device(kind, { busy: false, track: result.track, failure: null });
      } else {
        result?.track?.stop();
        this.device(kind, {
          busy: false,
          track: null,
          failure: before.on ? (result?.failure ?? null) : null,
          on: before.on && result?.failure === undefined,
        });
      }
    }
    if (this.closed) return;
    this.update({ asking: false });
    await this.refreshDevices();
  }

  /** A device pulled out ends its track: say so, and take another if there is one. */
  private watch(kind: Kind, track: MediaStreamTrack): void {
    track.addEventListener('ended', () => {
      if (!this.closed && this.snapshot[kind].track === track) void this.take([kind]);
    });
  }

  private permissionChanged(kind: Kind): void {
    const { failure, busy } = this.snapshot[kind];
    if (failure === 'refused_page' && !busy) this.retry();
  }

  private async refreshDevices(): Promise<void> {
    const devices = await listDevices();
    if (this.closed) return;
    this.update({ devices });
    for (const kind of ['microphone', 'camera'] as const) {
      // Somebody plugged one in: take it without a click.
      const { failure, busy } = this.snapshot[kind];
      if (failure === 'no_device' && !busy && devices[kind].length > 0 && !this.retried.has(kind)) {
        this.retried.add(kind);
        this.device(kind, { on: true });
        void this.take([kind]);
      }
      if (devices[kind].length === 0) this.retried.delete(kind);
    }
  }
  private readonly retried = new Set<Kind>();

  private device(kind: Kind, change: Partial<OwnDevice>): void {
    this.update({ [kind]: { ...this.snapshot[kind], ...change } });
  }

  private update(change: Partial<PreviewSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    for (const listener of this.listeners) listener();
  }
}
