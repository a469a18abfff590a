// Reactions on their way: sent and received without guarantee, bounded at both ends, forgotten after some seconds.
import type { Participant, Room } from 'livekit-client';
import { Allowance } from './allowance';
import { decodeReaction, encodeReaction, type ReactionKind } from './reactionKinds';
import type { ShownReaction } from './types';

const TOPIC = 'palabre.reaction';
/** How long one is seen. */
const SHOWN_MS = 5000;
/** Enough to applaud with enthusiasm. Whoever sends more is a machine, and is not listened to faster than this. */
const IN_A_ROW = 5;
const ONE_EVERY_MS = 800;

export class Reactions {
  private readonly shown = new Map<string, ShownReaction>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly allowances = new Map<string, Allowance>();
  private count = 0;

  constructor(
    private readonly room: Room,
    /** Told of each one that is shown; the newest of a person takes the place of the one before. */
    private readonly onReaction: (person: Participant, kind: ReactionKind) => void,
    private readonly changed: () => void,
  ) {}

  get maySend(): boolean {
    return this.room.localParticipant.permissions?.canPublishData ?? true;
  }

  of(identity: string): ShownReaction | null {
    return this.shown.get(identity) ?? null;
  }

  send = (kind: ReactionKind): void => {
    const self = this.room.localParticipant;
    if (!this.show(self, kind)) return;
    // It says what one feels now: what does not arrive is not repeated.
    self.publishData(encodeReaction(kind), { reliable: false, topic: TOPIC }).catch(() => undefined);
  };

  receive(payload: Uint8Array, sender: Participant | undefined, topic: string | undefined): void {
    if (topic !== TOPIC || !sender) return;
    const kind = decodeReaction(payload);
    if (kind) this.show(sender, kind);
  }

  forget(identity: string): void {
    clearTimeout(this.timers.get(identity));
    this.timers.delete(identity);
    this.shown.delete(identity);
    this.allowances.delete(identity);
  }

  close(): void {
    for (const identity of [...this.timers.keys()]) this.forget(identity);
  }

  /** Whether it was shown: nobody is shown more often than allowed. */
  private show(person: Participant, kind: ReactionKind): boolean {
    const { identity } = person;
    const now = performance.now();
    const allowance = this.allowances.get(identity) ?? new Allowance(IN_A_ROW, ONE_EVERY_MS, now);
    this.allowances.set(identity, allowance);
    if (!allowance.take(now)) return false;
    this.shown.set(identity, { id: ++this.count, kind });
    clearTimeout(this.timers.get(identity));
    const forgotten = setTimeout(() => {
      this.shown.delete(identity);
      this.timers.delete(identity);
      this.changed();
    }, SHOWN_MS);
    this.timers.set(identity, forgotten);
    this.onReaction(person, kind);
    this.changed();
    return true;
  }
}
