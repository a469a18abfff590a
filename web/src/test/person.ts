// Somebody in a call, for tests: present, silent, with their camera on; "me" is oneself.
import type { PersonInCall } from '../call/types';

export const person = (id: string, change: Partial<PersonInCall> = {}): PersonInCall => ({
  id,
  name: id,
  isSelf: id === 'me',
  role: null,
  hand: null,
  reaction: null,
  microphoneOn: true,
  cameraOn: true,
  sharing: false,
  speaking: false,
  lastSpokeAt: 0,
  joinedAt: 0,
  connection: 'good',
  cameraTrack: `camera of ${id}`,
  screenTrack: null,
  ...change,
});
