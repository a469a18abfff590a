// Listens to server-sent events over fetch: with a token when there is one, and again after every break by itself.
import { ApiError } from './ApiError';

/** After a break it is tried again so soon, longer each time; a server that restarts is back within some seconds. */
const RETRIES = [500, 1000, 2000, 5000];

/** The server says something at least every ten seconds; after this long in silence the connection is dead. */
const SILENCE = 25_000;

interface Listening<T> {
  /** What the server sends; after `stop` nothing more comes. */
  onEvent: (event: T) => void;
  /** The server refuses for good: an ApiError of its own, never a break of the network. */
  onRefused: (error: ApiError) => void;
  /** Asked anew for every connection. */
  token?: () => string;
}

/** Listens until the returned function is called. */
export function listen<T>(path: string, { onEvent, onRefused, token }: Listening<T>): () => void {
  const stopping = new AbortController();
  let failures = 0;
  const heard = (event: T) => {
    failures = 0;
    if (!stopping.signal.aborted) onEvent(event);
  };
  const run = async () => {
    while (!stopping.signal.aborted) {
      try {
        await connect(path, token?.(), heard, stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return;
        // What is busy now is asked again; what is refused would be refused again.
        if (error instanceof ApiError && error.status < 500 && error.status !== 429) {
          onRefused(error);
          return;
        }
      }
      const wait = RETRIES[Math.min(failures++, RETRIES.length - 1)] ?? 0;
      await pause(wait, stopping.signal);
    }
  };
  void run();
  return () => stopping.abort();
}

/** One connection; resolves when it ends. */
async function connect<T>(
  path: string,
  token: string | undefined,
  onEvent: (event: T) => void,
  stopping: AbortSignal,
): Promise<void> {
  const connection = new AbortController();
  const cut = () => connection.abort();
  stopping.addEventListener('abort', cut);
  let silence = setTimeout(cut, SILENCE);
  try {
    const answer = await fetch(path, {
      headers: {
        accept: 'text/event-stream',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      // A token says who asks: a cookie beside it could say otherwise.
      credentials: token === undefined ? 'same-origin' : 'omit',
      cache: 'no-store',
      signal: connection.signal,
    });
    if (!answer.ok || !answer.body) {
      throw ApiError.from(await answer.json().catch(() => undefined), answer.status);
    }
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    const events = new EventReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(silence);
      silence = setTimeout(cut, SILENCE);
      for (const data of events.read(value)) onEvent(JSON.parse(data) as T);
    }
  } finally {
    clearTimeout(silence);
    stopping.removeEventListener('abort', cut);
  }
}

/** Takes a stream apart into the data of its events (HTML standard §9.2.6, as far as our server uses it). */
export class EventReader {
  private unread = '';

  read(text: string): string[] {
    const blocks = (this.unread + text).split('\n\n');
    this.unread = blocks.pop() ?? '';
    return blocks.flatMap((block) => {
      const lines = block.split('\n').filter((line) => line.startsWith('data:'));
      // A block without data is a comment, sent so that the connection stays open.
      return lines.length === 0 ? [] : [lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n')];
    });
  }
}

function pause(milliseconds: number, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    stopping.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
