// Trying out the way to the media server.
import { client, unwrap } from './client';

/** A way into a media room of one's own. */
export async function testNetwork(): Promise<{ url: string; token: string }> {
  return unwrap(await client.POST('/api/v1/network-tests'));
}
