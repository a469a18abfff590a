// Microphones, cameras and speakers of this machine: asking for them one at a time, listing them, naming what fails.
import { browserOf, classifyFailure, type FailureKind } from './failure';

export type DeviceKind = 'microphone' | 'camera' | 'speaker';

export interface Device {
  id: string;
  label: string;
  /** The same for all that one thing is, as a headset's microphone and speaker; empty where the browser does not say. */
  group: string;
}
export type DeviceList = Record<DeviceKind, Device[]>;

export const noDevices: DeviceList = { microphone: [], camera: [], speaker: [] };

export const thisBrowser = browserOf(typeof navigator === 'undefined' ? '' : navigator.userAgent);

/** Old pages and plain http have no mediaDevices; the type says they always exist. */
const media: MediaDevices | undefined =
  typeof navigator === 'undefined' ? undefined : (navigator.mediaDevices as MediaDevices | undefined);

export const canChooseSpeaker =
  typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype;

export const canShareScreen = media !== undefined && 'getDisplayMedia' in media;

export async function listDevices(): Promise<DeviceList> {
  if (!media?.enumerateDevices) return noDevices;
  const found = await media.enumerateDevices().catch(() => []);
  const of = (kind: MediaDeviceKind): Device[] =>
    found
      .filter((one) => one.kind === kind && one.deviceId !== '')
      // Chromium lists the chosen default twice, once under the id "communications" on Windows.
      .filter((one) => one.deviceId !== 'communications')
      .map((one) => ({ id: one.deviceId, label: one.label, group: one.groupId ?? '' }));
  return { microphone: of('audioinput'), camera: of('videoinput'), speaker: of('audiooutput') };
}

export function onDevicesChange(listener: () => void): () => void {
  media?.addEventListener?.('devicechange', listener);
  return () => media?.removeEventListener?.('devicechange', listener);
}

/** Exactly the device that was chosen: browsers take one they like better when it is only a wish. */
export function microphoneConstraints(deviceId: string | null): MediaTrackConstraints {
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
  };
}

export function cameraConstraints(deviceId: string | null): MediaTrackConstraints {
  return {
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30 },
    ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
  };
}

export type Taken<T> = { track: T; failure?: undefined } | { track?: undefined; failure: FailureKind };
export interface Capture {
  microphone?: Taken<MediaStreamTrack>;
  camera?: Taken<MediaStreamTrack>;
}

/** Browsers misbehave when asked twice at once, so every request waits for the one before. */
let queue: Promise<unknown> = Promise.resolve();

/** Runs what may open a device, once nothing else does. What runs in it must not ask for another turn. */
export function alone<T>(open: () => Promise<T>): Promise<T> {
  const run = queue.then(open);
  queue = run.catch(() => undefined);
  return run;
}

/** Asks for what is wanted in one question; when that fails, for each alone, so that one can work without the other. */
export function capture(wanted: {
  microphone?: MediaTrackConstraints;
  camera?: MediaTrackConstraints;
}): Promise<Capture> {
  return alone(() => captureNow(wanted));
}

async function captureNow(wanted: Parameters<typeof capture>[0]): Promise<Capture> {
  if (wanted.microphone && wanted.camera) {
    try {
      const stream = await ask(wanted.microphone, wanted.camera);
      const [microphone] = stream.getAudioTracks();
      const [camera] = stream.getVideoTracks();
      return {
        microphone: microphone ? { track: microphone } : { failure: 'no_device' },
        camera: camera ? { track: camera } : { failure: 'no_device' },
      };
    } catch (error) {
      const both = await explain(error, 'microphone');
      // A refusal of the page was given for both: asking again would only show the question twice.
      if (both === 'refused_page' || both === 'insecure') {
        return { microphone: { failure: both }, camera: { failure: both } };
      }
    }
  }
  return {
    microphone: wanted.microphone ? await one('microphone', wanted.microphone) : undefined,
    camera: wanted.camera ? await one('camera', wanted.camera) : undefined,
  };
}

async function one(
  kind: 'microphone' | 'camera',
  constraints: MediaTrackConstraints,
): Promise<Taken<MediaStreamTrack>> {
  try {
    const only = (wanted: MediaTrackConstraints) =>
      kind === 'microphone' ? ask(wanted, undefined) : ask(undefined, wanted);
    const stream = await only(constraints).catch((error: unknown) => {
      if (!isGone(error)) throw error;
      return only({ ...constraints, deviceId: undefined });
    });
    const [track] = stream.getTracks();
    return track ? { track } : { failure: 'no_device' };
  } catch (error) {
    return { failure: await explain(error, kind) };
  }
}

/** The device that was asked for is not there any more. */
export function isGone(error: unknown): boolean {
  return error instanceof Object && 'name' in error && error.name === 'OverconstrainedError';
}

async function ask(audio?: MediaTrackConstraints, video?: MediaTrackConstraints): Promise<MediaStream> {
  if (!media?.getUserMedia) throw new DOMException('no media devices', 'SecurityError');
  return media.getUserMedia({ audio: audio ?? false, video: video ?? false });
}

export async function explain(error: unknown, kind: 'microphone' | 'camera'): Promise<FailureKind> {
  const { name, message } =
    error instanceof Error || error instanceof DOMException ? error : { name: '', message: '' };
  const permission = await navigator.permissions
    ?.query({ name: kind as PermissionName })
    .then((status) => status.state)
    .catch(() => undefined);
  return classifyFailure({ name, message, browser: thisBrowser, permission, secure: media !== undefined });
}

/** Calls back when the reader changes the site's permission, where the browser tells. */
export async function onPermissionChange(
  kind: 'microphone' | 'camera',
  listener: () => void,
): Promise<() => void> {
  const status = await navigator.permissions?.query({ name: kind as PermissionName }).catch(() => undefined);
  status?.addEventListener?.('change', listener);
  return () => status?.removeEventListener?.('change', listener);
}
