// What the server says of the room to everybody in it: JSON in the room's metadata, absent on foreign servers.

/** The padlock: all enter, members enter and others knock, members only, everybody but hosts knocks. */
export type Access = 'open' | 'knock' | 'members' | 'locked';

export interface RoomState {
  /** The server is ours, with what it adds to LiveKit's: raised hands and kept messages. */
  ours: boolean;
  /** Null where the server does not say. */
  access: Access | null;
  /** Members who are present answer knocks while no host is. */
  membersAnswer: boolean;
}

const unknown: RoomState = { ours: false, access: null, membersAnswer: false };

export function readRoomState(metadata: string | undefined): RoomState {
  try {
    const said: unknown = JSON.parse(metadata ?? '');
    if (typeof said !== 'object' || said === null) return unknown;
    const { palabre, access, members_answer: membersAnswer } = said as Record<string, unknown>;
    if (palabre !== 1) return unknown;
    return { ours: true, access: isAccess(access) ? access : null, membersAnswer: membersAnswer === true };
  } catch {
    return unknown;
  }
}

function isAccess(word: unknown): word is Access {
  return word === 'open' || word === 'knock' || word === 'members' || word === 'locked';
}
