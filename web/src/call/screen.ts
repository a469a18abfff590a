// Capturing a screen: asking the browser for it, and telling what was chosen, above all the tab of the call itself.

import { thisBrowser } from './devices';

/** What somebody chose to show; null where the browser does not say. */
export type Surface = 'screen' | 'window' | 'tab';

export interface Shown {
  surface: Surface | null;
  /** Its sound is shared too. */
  sound: boolean;
  /** It is the tab of this call: the others would see themselves. */
  ownTab: boolean;
  /** Its sound holds the voices of the call, which the others would hear again. */
  echo: boolean;
}

export interface Clues {
  /** `displaySurface` of the track's settings. */
  displaySurface: string | undefined;
  /** The name the captured tab gave itself, when it did. */
  handle: string | undefined;
  ownHandle: string;
  sound: boolean;
  /** The browser can leave the call's own sound out of what it captures. */
  leavesOutOwnSound: boolean;
}

export function describeShown(clues: Clues): Shown {
  const surfaces: Record<string, Surface> = { monitor: 'screen', window: 'window', browser: 'tab' };
  const surface = surfaces[clues.displaySurface ?? ''] ?? null;
  const ownTab = clues.handle !== undefined && clues.handle === clues.ownHandle;
  // Another tab sounds alone; a screen, and with it the whole computer, also plays this call.
  const playsCall = ownTab || surface === 'screen';
  return { surface, sound: clues.sound, ownTab, echo: clues.sound && playsCall && !clues.leavesOutOwnSound };
}

/** What browsers know beside the types: Chromium's names for captured tabs. */
interface CapturingDevices extends MediaDevices {
  setCaptureHandleConfig?: (config: { handle: string; permittedOrigins: string[] }) => void;
}
interface CapturedTrack extends MediaStreamTrack {
  getCaptureHandle?: () => { handle?: string } | null;
}

/** By this name a page recognises itself on what it captures. */
const ownHandle = `palabre-${Math.random().toString(36).slice(2)}`;

const knowsConstraint = (name: string) =>
  name in ((navigator.mediaDevices?.getSupportedConstraints?.() ?? {}) as Record<string, unknown>);

/** Asks for a screen, a window or a tab, with its sound where the browser can; rejects as the browser does. */
export async function captureScreen(): Promise<{ video: MediaStreamTrack; audio: MediaStreamTrack | null }> {
  const devices: CapturingDevices = navigator.mediaDevices;
  devices.setCaptureHandleConfig?.({ handle: ownHandle, permittedOrigins: [location.origin] });
  const stream = await devices.getDisplayMedia({
    // Larger surfaces cost more than their letters are worth. Safari gives nothing usable when asked for a size.
    video: thisBrowser === 'safari' || {
      width: { max: 1920 },
      height: { max: 1080 },
      frameRate: { max: 30 },
    },
    audio: {
      // What is played for the others is not a voice in a room: nothing of it is noise.
      echoCancellation: false,
      noiseSuppression: false,
      autoGainControl: false,
      ...{ restrictOwnAudio: true },
    },
    ...{
      systemAudio: 'include',
      windowAudio: 'system',
      surfaceSwitching: 'include',
      selfBrowserSurface: 'exclude',
      monitorTypeSurfaces: 'include',
    },
  });
  const [video] = stream.getVideoTracks();
  if (!video) throw new DOMException('no picture', 'NotFoundError');
  // Letters are to be sharp: rather fewer pictures a second than blurred ones.
  video.contentHint = 'detail';
  return { video, audio: stream.getAudioTracks()[0] ?? null };
}

/** What these tracks show now: people may switch to another surface while they share. */
export function shownBy(video: MediaStreamTrack, sound: boolean): Shown {
  return describeShown({
    displaySurface: video.getSettings().displaySurface,
    handle: (video as CapturedTrack).getCaptureHandle?.()?.handle,
    ownHandle,
    sound,
    leavesOutOwnSound: knowsConstraint('restrictOwnAudio'),
  });
}
