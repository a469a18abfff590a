// What a host asks of us alone, as a data message of the server.

/** Topic of data messages by which the server passes on what a host asks. */
const TOPIC = 'palabre.ask';

/** Whether this message asks us to unmute. People cannot send it: only the server speaks without being a participant. */
export function asksToUnmute(payload: Uint8Array, topic: string | undefined, fromServer: boolean): boolean {
  if (topic !== TOPIC || !fromServer) return false;
  try {
    const said: unknown = JSON.parse(new TextDecoder().decode(payload));
    return typeof said === 'object' && said !== null && 'ask' in said && said.ask === 'unmute';
  } catch {
    return false;
  }
}
