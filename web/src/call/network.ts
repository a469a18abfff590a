// Finds out how sound and picture would reach the server: connects to a media room of one's own, looks, and leaves.
import { connect } from './connect';
import type { Way } from './types';
import { wayIn } from './way';

/** Rejects with a CallError. */
export async function findWay(ticket: { url: string; token: string }): Promise<Way | null> {
  const { room } = await connect({ ...ticket, crowd: 0 });
  try {
    const { publisher, subscriber } = room.engine.pcManager ?? {};
    for (const transport of [publisher, subscriber]) {
      const way = wayIn((await transport?.getStats()) ?? new Map<string, object>());
      if (way) return way;
    }
    return null;
  } finally {
    await room.disconnect();
  }
}
