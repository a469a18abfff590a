// What the server says of the room to everybody in it: JSON in the room's metadata, absent on foreign servers.

export interface RoomState {
  /** The server is ours, with what it adds to LiveKit's: raised hands and kept messages. */
  ours: boolean;
}

export function readRoomState(metadata: string | undefined): RoomState {
  try {
    const said: unknown = JSON.parse(metadata ?? '');
    return { ours: typeof said === 'object' && said !== null && 'palabre' in said && said.palabre === 1 };
  } catch {
    return { ours: false };
  }
}
