// Buffers of passkeys survive their way through JSON.
import { expect, it } from 'vitest';
import { bytesOf, creationOptions, requestOptions, textOf } from '../api/publicKey';

it.each([[[]], [[0]], [[251, 255, 191]], [[1, 2, 3, 4]], [Array.from({ length: 64 }, (_, at) => at * 4)]])(
  'writes and reads %j',
  (bytes) => expect([...bytesOf(textOf(Uint8Array.from(bytes).buffer))]).toEqual(bytes),
);

it('writes without signs that addresses cannot hold', () => {
  expect(textOf(Uint8Array.from([251, 255, 191]).buffer)).toBe('-_-_');
});

it('gives navigator.credentials buffers where it wants them', () => {
  const making = creationOptions({
    challenge: 'AQID',
    user: { id: 'BAU', name: 'zoe@example.org' },
    excludeCredentials: [{ id: 'Bg', type: 'public-key' }],
    timeout: 300_000,
  });
  expect(making).toMatchObject({
    challenge: Uint8Array.from([1, 2, 3]),
    user: { id: Uint8Array.from([4, 5]), name: 'zoe@example.org' },
    excludeCredentials: [{ id: Uint8Array.from([6]), type: 'public-key' }],
    timeout: 300_000,
  });
  expect(requestOptions({ challenge: 'AQID' })).toMatchObject({ allowCredentials: [] });
});
