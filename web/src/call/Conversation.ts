// The written conversation as one list: what arrived in its order, then what is on its way; nothing stands in it twice.
import type { ChatMessage } from './types';

/** Long meetings stay light: older messages make room. */
const KEPT = 1000;
/** One message is shown up to this length, whatever a foreign client sends. */
const LONGEST = 5000;
/** More than this without an answer is no conversation any more: the next one has to wait. */
const ON_THEIR_WAY = 20;

/** A message as it comes from outside. */
export interface Arrived {
  id: string;
  personId: string;
  name: string;
  text: string;
  /** Milliseconds since the epoch. */
  at: number;
}

export class Conversation {
  /** A new array whenever anything changed. */
  messages: ChatMessage[] = [];
  private arrived: ChatMessage[] = [];
  private pending: ChatMessage[] = [];
  private count = 0;

  /** Ids of all that arrived and are still there. */
  private readonly known = new Set<string>();

  /** Takes in what arrived; the answer is what of it is new and somebody else's. */
  receive(messages: readonly Arrived[], ownId: string): ChatMessage[] {
    const fresh: ChatMessage[] = [];
    for (const message of messages) {
      const text = message.text.trim().slice(0, LONGEST);
      if (text === '' || this.known.has(message.id)) continue;
      this.known.add(message.id);
      const own = message.personId === ownId;
      // Our own words may come back before the answer to them, or although the answer was lost.
      if (own) this.forget(this.pending.find((waiting) => waiting.text === text));
      fresh.push({ ...message, text, own, state: 'sent' });
    }
    if (fresh.length === 0) return [];
    const sorted = [...this.arrived, ...fresh].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    for (const old of sorted.slice(0, -KEPT)) this.known.delete(old.id);
    this.arrived = sorted.slice(-KEPT);
    this.changed();
    return fresh.filter((message) => !message.own && this.known.has(message.id));
  }

  /** Adds one's own words, on their way; null when too many are already. */
  begin(text: string, who: { personId: string; name: string }, now: number): ChatMessage | null {
    if (this.pending.length >= ON_THEIR_WAY) return null;
    const id = `pending-${++this.count}`;
    const message: ChatMessage = { ...who, id, text, at: now, own: true, state: 'sending' };
    this.pending = [...this.pending, message];
    this.changed();
    return message;
  }

  /** The words under this id arrived as this message. */
  settle(id: string, message: Arrived): void {
    this.forget(this.pending.find((waiting) => waiting.id === id));
    this.receive([message], message.personId);
    this.changed();
  }

  fail(id: string, failure: string): void {
    this.change(id, { state: 'failed', failure });
  }

  /** Puts a failed message back on its way; null when it is not one, or has arrived meanwhile after all. */
  retry(id: string): ChatMessage | null {
    if (!this.pending.some((waiting) => waiting.id === id && waiting.state === 'failed')) return null;
    this.change(id, { state: 'sending', failure: undefined });
    return this.waiting(id);
  }

  /** Own words under this id that have not arrived. */
  waiting(id: string): ChatMessage | null {
    return this.pending.find((waiting) => waiting.id === id) ?? null;
  }

  private change(id: string, change: Partial<ChatMessage>): void {
    this.pending = this.pending.map((waiting) => (waiting.id === id ? { ...waiting, ...change } : waiting));
    this.changed();
  }

  private forget(message: ChatMessage | undefined): void {
    if (message) this.pending = this.pending.filter((waiting) => waiting !== message);
  }

  private changed(): void {
    this.messages = [...this.arrived, ...this.pending];
  }
}
