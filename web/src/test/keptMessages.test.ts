// Messages the server keeps: none is missed, none is asked for twice at once, and the server's word is read with care.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keptMessage } from '../api/inCall';
import { KeptMessages } from '../call/KeptMessages';

const stored = (id: string) => ({ id, identity: 'x', name: 'X', text: id, sent: '2026-11-21T10:00:00Z' });

/** A server with these messages, in pages of two. */
function serverWith(ids: string[]) {
  const state = { ids, down: false, asked: [] as (string | null)[], posted: [] as string[] };
  vi.stubGlobal('fetch', async (path: string, how: { method: string; body?: string; headers: object }) => {
    expect(how.headers).toMatchObject({ authorization: 'Bearer token' });
    if (state.down) throw new TypeError('failed to fetch');
    if (how.method === 'POST') {
      const { text } = JSON.parse(how.body ?? '{}') as { text: string };
      state.posted.push(text);
      return Response.json(stored(text), { status: 201 });
    }
    const after = new URLSearchParams(path.split('?')[1]).get('after');
    state.asked.push(after);
    const rest = state.ids.filter((id) => after === null || id > after);
    const items = rest.slice(0, 2).map(stored);
    return Response.json({ items, next: rest.length > 2 ? items[1]?.id : null });
  });
  return state;
}

describe('kept messages', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const reader = () => {
    const got: string[] = [];
    const messages = new KeptMessages(
      () => 'token',
      (page) => got.push(...page.map((one) => one.id)),
    );
    return { got, messages };
  };

  it('are read page by page, and later only what is new', async () => {
    const server = serverWith(['a', 'b', 'c', 'd', 'e']);
    const { got, messages } = reader();
    await messages.sync();
    expect(got).toEqual(['a', 'b', 'c', 'd', 'e']);
    server.ids.push('f');
    server.asked = [];
    await messages.sync();
    expect(got.at(-1)).toBe('f');
    expect(server.asked).toEqual(['e']);
  });
  it('are read once more when asked for meanwhile, not twice at once', async () => {
    const server = serverWith(['a']);
    const { got, messages } = reader();
    const first = messages.sync();
    server.ids.push('b');
    await Promise.all([first, messages.sync(), messages.sync()]);
    expect(got).toEqual(['a', 'b']);
    expect(server.asked.length).toBeLessThanOrEqual(2);
  });
  it('are asked for again when the server was away', async () => {
    const server = serverWith(['a']);
    server.down = true;
    const { got, messages } = reader();
    await messages.sync();
    expect(got).toEqual([]);
    server.down = false;
    await vi.advanceTimersByTimeAsync(2000);
    expect(got).toEqual(['a']);
  });
  it('are no longer asked for after the end', async () => {
    const server = serverWith(['a']);
    server.down = true;
    const { messages } = reader();
    await messages.sync();
    messages.close();
    server.down = false;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(server.asked).toEqual([]);
  });
  it('are posted in the order they were written, also after one that failed', async () => {
    const server = serverWith([]);
    const { messages } = reader();
    server.down = true;
    await expect(messages.post('lost')).rejects.toThrow();
    server.down = false;
    const posted = await Promise.all(['one', 'two', 'three'].map((text) => messages.post(text)));
    expect(server.posted).toEqual(['one', 'two', 'three']);
    expect(posted[0]?.sent).toBe(Date.parse('2026-11-21T10:00:00Z'));
  });
});

it.each([
  ['no object', 'x'],
  ['nothing', null],
  ['no text', { ...stored('a'), text: undefined }],
  ['no moment', { ...stored('a'), sent: 'soon' }],
  ['a number for an id', { ...stored('a'), id: 7 }],
])('a message is not made of %s', (_, said) => expect(keptMessage(said)).toBeNull());
