// A call that did not come about is told to the server, so that whoever runs it sees what happened to others.
import { client } from './client';
import type { components } from './schema';

/** Tells of one; nothing comes of it when that cannot be told either. */
export function tellFailedJoin(failed: components['schemas']['FailedJoinReport']): void {
  // Also when the reader has given up and closes the page.
  client.POST('/api/v1/failed-joins', { body: failed, keepalive: true }).catch(() => undefined);
}
