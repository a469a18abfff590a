// Microphone and camera often fail together and for one reason: then one help speaks for both.
import type { FailureKind, PreviewSnapshot } from '../../../call';
import type { FailedDevice } from '../devices/FailureHelp';

export function failureToTell(
  snapshot: Pick<PreviewSnapshot, 'microphone' | 'camera'>,
): { device: Exclude<FailedDevice, 'screen'>; failure: FailureKind } | null {
  const microphone = snapshot.microphone.failure;
  const camera = snapshot.camera.failure;
  if (microphone && microphone === camera) return { device: 'both', failure: microphone };
  if (microphone) return { device: 'microphone', failure: microphone };
  if (camera) return { device: 'camera', failure: camera };
  return null;
}
