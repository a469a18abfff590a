// Why a microphone or camera could not be had, told apart because each failure has its own remedy.

export type FailureKind =
  /** The site is not allowed to use it: decided in the page's permission. */
  | 'refused_page'
  /** The browser is not allowed to use it: decided in the system's privacy settings. */
  | 'refused_system'
  /** There is no such device. */
  | 'no_device'
  /** Another application holds it. */
  | 'busy'
  /** The page was not opened over https, so browsers offer no devices at all. */
  | 'insecure'
  | 'unknown';

export type Browser = 'chromium' | 'firefox' | 'safari';

export interface FailureClues {
  /** `name` of the DOMException, or of whatever was thrown. */
  name: string;
  message: string;
  browser: Browser;
  /** What the permission query answers for this device now, when the browser can say. */
  permission?: PermissionState;
  /** Whether the page may see devices at all. */
  secure: boolean;
}

export function classifyFailure(clues: FailureClues): FailureKind {
  if (!clues.secure) return 'insecure';
  switch (clues.name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
    case 'SecurityError':
      // Chromium says so; the others show it by refusing although the site's permission was given.
      if (/system/i.test(clues.message)) return 'refused_system';
      if (clues.permission === 'granted') return 'refused_system';
      return 'refused_page';
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
    case 'ConstraintNotSatisfiedError':
      // Firefox answers "not found" when macOS hides the device from it.
      if (clues.browser === 'firefox' && /platform|system/i.test(clues.message)) return 'refused_system';
      return 'no_device';
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
    case 'HardwareUnavailableError':
      return 'busy';
    default:
      return 'unknown';
  }
}

export function browserOf(userAgent: string): Browser {
  if (/firefox|fxios/i.test(userAgent)) return 'firefox';
  if (/chrome|chromium|crios|edg\//i.test(userAgent)) return 'chromium';
  if (/safari|applewebkit/i.test(userAgent)) return 'safari';
  return 'chromium';
}
