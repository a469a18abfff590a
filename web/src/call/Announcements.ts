// Gathers what happens for a moment, so that ten people who come at once are one sentence and not ten.
import type { Announcement, AnnouncementKind } from './types';

/** How long the first of a kind waits for others to join its sentence: short enough to seem at once. */
const GATHER_MS = 700;
/** So many names are said; with more people it is one name and how many others. */
const NAMED = 2;

export class Announcements {
  /** The newest ones; empty until something happens. */
  newest: Announcement[] = [];
  private readonly gathered = new Map<AnnouncementKind, Map<string, string>>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private said = 0;

  constructor(private readonly changed: () => void) {}

  /** Somebody did something; the same person doing it again meanwhile counts once. */
  add(kind: AnnouncementKind, person: { identity: string; name?: string | undefined }): void {
    const people = this.gathered.get(kind) ?? new Map<string, string>();
    people.set(person.identity, person.name ?? '');
    this.gathered.set(kind, people);
    this.timer ??= setTimeout(this.flush, GATHER_MS);
  }

  close(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.gathered.clear();
  }

  private flush = (): void => {
    this.timer = null;
    this.newest = [...this.gathered].map(([kind, people]) => ({
      id: ++this.said,
      kind,
      names: [...people.values()].slice(0, people.size > NAMED ? 1 : NAMED),
      count: people.size,
    }));
    this.gathered.clear();
    this.changed();
  };
}
