// Messages the server keeps: posted one after the other, and read again from the last one known, so that none is missed.
import { postMessage, readMessages, type KeptMessage } from '../api/inCall';

/** Pages read in one go: with the server's pages of at least fifty, more than is ever shown. */
const PAGES = 40;
/** What could not be read is asked for again after this many milliseconds, longer each time. */
const RETRIES = [2000, 5000, 15_000, 60_000];

export class KeptMessages {
  private cursor: string | null = null;
  private reading: Promise<void> | null = null;
  private again = false;
  private posting: Promise<unknown> = Promise.resolve();
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private closed = false;

  constructor(
    private readonly token: () => string,
    private readonly onMessages: (messages: KeptMessage[]) => void,
  ) {}

  /** Resolves once the server has it; what is posted together arrives in this order. */
  post(text: string): Promise<KeptMessage> {
    const posted = this.posting.then(() => postMessage(this.token(), text));
    this.posting = posted.catch(() => undefined);
    return posted;
  }

  /** Reads what is not known yet; asked meanwhile, it reads once more. Fails silently and tries again by itself. */
  sync(): Promise<void> {
    if (this.reading) {
      this.again = true;
      return this.reading;
    }
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.reading = this.read()
      .then(
        () => (this.failures = 0),
        () => this.tryLater(),
      )
      .then(() => {
        this.reading = null;
        if (this.again) {
          this.again = false;
          return this.sync();
        }
      });
    return this.reading;
  }

  close(): void {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private async read(): Promise<void> {
    for (let page = 0; page < PAGES && !this.closed; page++) {
      const { items, next } = await readMessages(this.token(), this.cursor);
      if (this.closed) return;
      this.cursor = items[items.length - 1]?.id ?? this.cursor;
      this.onMessages(items);
      if (next === null) return;
    }
  }

  private tryLater(): void {
    const wait = RETRIES[Math.min(this.failures++, RETRIES.length - 1)];
    if (!this.closed) this.timer = setTimeout(() => void this.sync(), wait);
  }
}
