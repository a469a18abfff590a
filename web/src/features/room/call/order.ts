// Keeps tiles where they are: people stay in their place unless someone out of sight begins to speak.

export interface Orderable {
  id: string;
  isSelf: boolean;
  speaking: boolean;
  lastSpokeAt: number;
}

/**
 * The order of everyone else's tiles. Those already placed stay, newcomers follow in order of arrival, and
 * a speaker beyond the first page changes place with whoever on it has been silent longest.
 */
export function orderTiles<T extends Orderable>(
  before: readonly string[],
  people: readonly T[],
  firstPage: number,
): string[] {
  const others = people.filter((person) => !person.isSelf);
  const byId = new Map(others.map((person) => [person.id, person]));
  const placed = before.filter((id) => byId.has(id));
  const known = new Set(placed);
  const order = [...placed, ...others.filter((person) => !known.has(person.id)).map((person) => person.id)];

  for (let i = Math.max(0, firstPage); i < order.length; i++) {
    const speaker = byId.get(order[i] ?? '');
    if (!speaker?.speaking) continue;
    let quietest = -1;
    for (let j = 0; j < Math.min(firstPage, order.length); j++) {
      const seen = byId.get(order[j] ?? '');
      if (!seen || seen.speaking) continue;
      const best = byId.get(order[quietest] ?? '');
      if (!best || seen.lastSpokeAt < best.lastSpokeAt) quietest = j;
    }
    if (quietest < 0) break;
    const leaving = order[quietest];
    order[quietest] = speaker.id;
    if (leaving !== undefined) order[i] = leaving;
  }
  return order;
}

/** How long a pause may be before the speaker's place is given to someone else. */
const PAUSE_MS = 1500;

/** Who takes the stage in speaker view: whoever speaks keeps it through short pauses, and it is never oneself. */
export function chooseSpeaker<T extends Orderable>(
  before: string | null,
  people: readonly T[],
  now: number,
): string | null {
  const others = people.filter((person) => !person.isSelf);
  const current = others.find((person) => person.id === before);
  if (current && (current.speaking || now - current.lastSpokeAt < PAUSE_MS)) return current.id;
  const speaking = others
    .filter((person) => person.speaking)
    .sort((a, b) => b.lastSpokeAt - a.lastSpokeAt)[0];
  if (speaking) return speaking.id;
  if (current) return current.id;
  const latest = [...others].sort((a, b) => b.lastSpokeAt - a.lastSpokeAt)[0];
  return latest?.id ?? people[0]?.id ?? null;
}
