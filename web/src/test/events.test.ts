import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventReader, listen } from '../api/events';

describe('a stream of events', () => {
  it('is read whole, however it is cut', () => {
    const text = ': \n\ndata: {"a":1}\n\n:\n\ndata: {"b":"é"}\n\ndata: {"c"';
    for (let at = 0; at <= text.length; at++) {
      const reader = new EventReader();
      const read = [...reader.read(text.slice(0, at)), ...reader.read(text.slice(at))];
      expect(read).toEqual(['{"a":1}', '{"b":"é"}']);
    }
  });
});

describe('listening', () => {
  const fetched = vi.fn<typeof fetch>();
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('fetch', fetched);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    fetched.mockReset();
  });

  /** Answers with this text, and then breaks or stays open. */
  function stream(text: string, end: 'break' | 'stay' = 'stay'): Response {
    let said = false;
    const body = new ReadableStream({
      pull(controller) {
        if (!said) controller.enqueue(new TextEncoder().encode(text));
        else if (end === 'break') controller.error(new Error('the network is gone'));
        said = true;
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  }

  it('goes on after a break, with the token of that moment', async () => {
    fetched.mockResolvedValueOnce(stream('data: 1\n\n', 'break'));
    fetched.mockRejectedValueOnce(new TypeError('no network'));
    fetched.mockResolvedValueOnce(new Response('{"code":"busy"}', { status: 503 }));
    fetched.mockResolvedValueOnce(stream('data: 2\n\n'));
    let token = 0;
    const heard: number[] = [];
    const refused = vi.fn();
    const stop = listen<number>('/events', {
      onEvent: (event) => heard.push(event),
      onRefused: refused,
      token: () => `t${++token}`,
    });
    await vi.advanceTimersByTimeAsync(5000);
    expect(heard).toEqual([1, 2]);
    const used = fetched.mock.calls.map(([, init]) => new Headers(init?.headers).get('authorization'));
    expect(used).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t3', 'Bearer t4']);
    expect(refused).not.toHaveBeenCalled();
    stop();
  });

  it('ends when the server refuses, and says why', async () => {
    fetched.mockResolvedValueOnce(new Response('{"code":"hosts_only"}', { status: 403 }));
    const refused = vi.fn();
    listen('/events', { onEvent: vi.fn(), onRefused: refused });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(refused.mock.calls[0]?.[0]).toMatchObject({ code: 'hosts_only' });
  });

  it('connects again when the server says nothing for too long', async () => {
    const signals: (AbortSignal | null | undefined)[] = [];
    fetched.mockImplementation((_path, init) => {
      signals.push(init?.signal);
      return new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    });
    const stop = listen('/events', { onEvent: vi.fn(), onRefused: vi.fn() });
    await vi.advanceTimersByTimeAsync(24_000);
    expect(fetched).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(fetched).toHaveBeenCalledTimes(2);
    stop();
    expect(signals[1]?.aborted).toBe(true);
  });
});
