// The reactions there are, as they travel; which picture and which words each has is the screens' affair.
export const reactionKinds = ['applause', 'agree', 'love', 'laugh', 'surprise', 'celebrate'] as const;
export type ReactionKind = (typeof reactionKinds)[number];

/** One of ours is 25 bytes; whatever is longer is not read at all. */
const LONGEST = 100;

export function encodeReaction(kind: ReactionKind): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify({ reaction: kind }));
}

/** What somebody else sent; null for anything that is not a reaction we know. */
export function decodeReaction(payload: Uint8Array): ReactionKind | null {
  if (payload.byteLength > LONGEST) return null;
  try {
    const said: unknown = JSON.parse(new TextDecoder().decode(payload));
    if (typeof said !== 'object' || said === null || !('reaction' in said)) return null;
    return reactionKinds.find((kind) => kind === said.reaction) ?? null;
  } catch {
    return null;
  }
}
