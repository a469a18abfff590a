// Opens the connection of a call, and says in our words why it could not be.
import {
  ConnectionError,
  ConnectionErrorReason,
  DefaultReconnectPolicy,
  DisconnectReason,
  Room,
  setLogLevel,
  type RoomOptions,
} from 'livekit-client';
import type { OwnMedia } from './Preview';
import { CallError } from './types';

/** Up to this many people everything fits on the first page: the server may send all of it at once. */
const SEND_EVERYTHING_UP_TO = 9;

/** Tries for about two minutes: a server that restarts or a train in a tunnel comes back. */
const retryDelays = [0, 300, 1200, 2700, 4800, ...new Array<number>(16).fill(7000)];

const roomOptions: RoomOptions = {
  adaptiveStream: true,
  dynacast: true,
  // Also on `beforeunload`, after which the reader may choose to stay: CallModel leaves when the page really goes.
  disconnectOnPageLeave: false,
  reconnectPolicy: new DefaultReconnectPolicy(retryDelays),
  publishDefaults: { simulcast: true, dtx: true },
};

export interface CallTicket {
  url: string;
  token: string;
  /** Called once connected: until then the door keeps its preview. */
  media: () => OwnMedia;
  /** How many were inside when asked last. */
  crowd: number;
}

export interface Connection {
  room: Room;
  /** The token of the call, as the server renewed it last. */
  token: () => string;
}

/**
 * How long sound and picture may take to find a way, in milliseconds. Ways that exist are found within two seconds, also
 * by TCP; who waits for one that does not is told within ten, the signalling before it included.
 */
const MEDIA_WITHIN = 8000;

/** Rejects with a CallError. */
export async function connect(ticket: Omit<CallTicket, 'media'>): Promise<Connection> {
  setLogLevel('warn');
  const room = new Room(roomOptions);
  try {
    await room.connect(ticket.url, ticket.token, {
      autoSubscribe: ticket.crowd <= SEND_EVERYTHING_UP_TO,
      peerConnectionTimeout: MEDIA_WITHIN,
    });
  } catch (error) {
    throw new CallError(refusalOf(error));
  }
  let token = ticket.token;
  room.engine.on('tokenRefreshed', (renewed) => (token = renewed));
  return { room, token: () => token };
}

function refusalOf(error: unknown): CallError['code'] {
  if (!(error instanceof ConnectionError)) return 'call_blocked';
  switch (error.reason) {
    case ConnectionErrorReason.NotAllowed:
      return 'call_refused';
    case ConnectionErrorReason.LeaveRequest:
      return error.context === DisconnectReason.SERVER_SHUTDOWN ? 'call_unreachable' : 'call_refused';
    case ConnectionErrorReason.ServerUnreachable:
    case ConnectionErrorReason.ServiceNotFound:
    case ConnectionErrorReason.WebSocket:
      return 'call_unreachable';
    default:
      return 'call_blocked';
  }
}
