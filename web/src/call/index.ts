// The face of this folder: light things at once, and the call itself (with LiveKit) fetched when someone joins.
import type { CallTicket } from './connect';
import type { Call, Way } from './types';

export * from './types';
export type { DeviceNews } from './deviceNews';
export type { FailureKind, Browser } from './failure';
export type { Shown, Surface } from './screen';
export { reactionKinds, type ReactionKind } from './reactionKinds';
export {
  canChooseSpeaker,
  canShareScreen,
  listDevices,
  noDevices,
  onDevicesChange,
  thisBrowser,
  type Device,
  type DeviceKind,
  type DeviceList,
} from './devices';
export type { Access } from './roomState';
export type { OwnMedia, Preview, PreviewSnapshot } from './Preview';
export { usePreview } from './usePreview';
export { LevelMeter } from './LevelMeter';
export { playTestSound } from './testSound';

const model = () => import('./CallModel');

/** Fetches the code of a call ahead of time, so that Join is quick. */
export function prepareCall(): void {
  void model().catch(() => undefined);
}

export async function openCall(ticket: CallTicket): Promise<Call> {
  return (await model()).CallModel.open(ticket);
}

/** By which way sound and picture would go; null when the browser does not tell. Rejects with a CallError. */
export async function findWay(ticket: { url: string; token: string }): Promise<Way | null> {
  return (await import('./network')).findWay(ticket);
}
