// What is found of a microphone or a camera.
import type { PreviewSnapshot } from '../../call';
import type { Verdict } from '../../ui/FindingList';

interface Found {
  /** Null while the browser has not answered. */
  verdict: Verdict | null;
  /** The key of its sentence. */
  say: string;
  /** What the device calls itself. */
  name: string;
}

export function deviceLine(
  kind: 'microphone' | 'camera',
  snapshot: Pick<PreviewSnapshot, 'asking' | 'microphone' | 'camera'>,
): Found {
  const { track, on, failure } = snapshot[kind];
  const name = track?.label ?? '';
  if (failure) return { verdict: 'bad', say: `devices:failure.${failure}.title_${kind}`, name };
  if (!on) return { verdict: 'note', say: `test:${kind}.off`, name };
  if (!track) return { verdict: null, say: snapshot.asking ? 'prejoin:asking' : 'test:starting', name };
  return { verdict: 'good', say: `test:${kind}.good`, name };
}
