// What changed among the devices during a call: one that was used is gone, or a new one is there.
import type { DeviceKind, DeviceList } from './devices';

/** One thing in the reader's hand, which may be microphone and speaker at once. */
export interface DeviceNews {
  change: 'vanished' | 'appeared';
  name: string;
  /** Its id for each thing it is. */
  ids: Partial<Record<DeviceKind, string>>;
}

const kinds = ['microphone', 'camera', 'speaker'] as const;
/** A name for whatever the system prefers; it comes and goes without any device doing so. */
const ALIAS = 'default';

/**
 * The news between two lists, what was lost before what was gained; null when nothing concerns the reader: devices
 * nobody used may go, and devices without a name are those of browsers that tell nothing yet.
 */
export function deviceNews(
  before: DeviceList,
  after: DeviceList,
  wasUsed: (kind: DeviceKind, id: string) => boolean,
): DeviceNews | null {
  const vanished = gather('vanished', before, after, wasUsed);
  // At first there were no names: whatever has one now was there all along.
  const known = kinds.some((kind) => before[kind].some((one) => one.label !== ''));
  return vanished ?? (known ? gather('appeared', after, before, () => true) : null);
}

/** Of what only the first list has, the first that matters, with everything else it is. */
function gather(
  change: DeviceNews['change'],
  has: DeviceList,
  hasNot: DeviceList,
  matters: (kind: DeviceKind, id: string) => boolean,
): DeviceNews | null {
  const only = kinds.flatMap((kind) =>
    has[kind]
      .filter((one) => one.id !== ALIAS && one.label !== '')
      .filter((one) => !hasNot[kind].some((other) => other.id === one.id))
      .map((one) => ({ kind, ...one })),
  );
  const first = only.find(({ kind, id }) => matters(kind, id));
  if (!first) return null;
  const same = only.filter((one) => one === first || (first.group !== '' && one.group === first.group));
  return {
    change,
    name: plainName(first.label),
    ids: Object.fromEntries(same.reverse().map(({ kind, id }) => [kind, id])),
  };
}

/** Chromium adds the numbers of maker and model, as in "Jabra Evolve (0b0e:030c)". */
function plainName(label: string): string {
  return label.replace(/\s*\([0-9a-f]{4}:[0-9a-f]{4}\)$/i, '');
}
