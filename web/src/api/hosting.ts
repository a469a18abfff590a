// What hosts ask of the server about the call they are in, with the token of the call: people, the door, the padlock.
import { listen } from './events';
import { ask } from './inCall';
import type { ApiError } from './ApiError';
import type { components } from './schema';

export type DoorEvent = components['schemas']['DoorEvent'];
export type DoorsEvent = components['schemas']['DoorsEvent'];
export type Knock = components['schemas']['Knock'];

export type ToOne =
  'mute' | 'stop-video' | 'ask-to-unmute' | 'lower-hand' | 'promote' | 'hand-over' | 'remove';
export type ToAll = 'mute-all' | 'lower-hands' | 'end';
export type Decision = 'admit' | 'hold' | 'refuse';

/** Somebody stands there to whom nobody has said a word yet. */
export const unanswered = (knocks: readonly Pick<Knock, 'state'>[]) =>
  knocks.some(({ state }) => state !== 'held');

const room = (address: string) => `/api/v1/rooms/${encodeURIComponent(address)}`;

/** Does something to somebody in the call. */
export async function actOn(token: string, address: string, identity: string, act: ToOne): Promise<void> {
  await ask(token, 'POST', `${room(address)}/participants/${encodeURIComponent(identity)}/${act}`);
}

/** Does something to everybody in the call. */
export async function actOnAll(token: string, address: string, act: ToAll): Promise<void> {
  await ask(token, 'POST', `${room(address)}/${act}`);
}

export async function answerKnock(token: string, knock: string, decision: Decision): Promise<void> {
  await ask(token, 'POST', `/api/v1/knocks/${encodeURIComponent(knock)}`, { decision });
}

export async function admitAll(token: string, address: string): Promise<void> {
  await ask(token, 'POST', `${room(address)}/knocks/admit-all`);
}

/** Moves the padlock. */
export async function setAccess(token: string, address: string, access: string): Promise<void> {
  await ask(token, 'PATCH', room(address), { access });
}

/** Sees who stands at the door of the call one is in, until the returned function is called. */
export function watchDoor(
  address: string,
  token: () => string,
  onEvent: (event: DoorEvent) => void,
  onRefused: (error: ApiError) => void,
): () => void {
  return listen(`${room(address)}/door`, { onEvent, onRefused, token });
}

/** Sees who stands at the doors of all one's rooms, signed in by cookie, until the returned function is called. */
export function watchDoors(
  onEvent: (event: DoorsEvent) => void,
  onRefused: (error: ApiError) => void,
): () => void {
  return listen('/api/v1/knocks', { onEvent, onRefused });
}
