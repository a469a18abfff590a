// What the sign-in page makes of codes, typed and kept.
import { beforeEach, expect, it, vi } from 'vitest';
import { digitsOf } from '../features/sign-in/digits';
import { keepPendingCode, pendingCode } from '../features/sign-in/pendingCode';

const kept = new Map<string, string>();
beforeEach(() => {
  kept.clear();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
});

it.each([
  ['123456', '123456'],
  [' 123 456\n', '123456'],
  ['123-456', '123456'],
  ['1234567', '123456'],
  ['12a3', '123'],
  ['', ''],
])('takes the digits of %j', (text, digits) => expect(digitsOf(text)).toBe(digits));

it('knows the code that was asked for until it is good no more', () => {
  const pending = { id: 'a', email: 'zoe@example.org', goodUntil: 1000 };
  keepPendingCode(pending);
  expect(pendingCode(999)).toEqual(pending);
  expect(pendingCode(1000)).toBeNull();
  keepPendingCode(null);
  expect(pendingCode(0)).toBeNull();
});

it.each(['not JSON', '[]', '{"id":1,"email":"a","goodUntil":9}', 'null'])('makes nothing of %j', (text) => {
  kept.set('palabre:code', text);
  expect(pendingCode(0)).toBeNull();
});
