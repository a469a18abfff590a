// When closing the page would leave people without a host.
import { describe, expect, it } from 'vitest';
import type { PersonInCall } from '../call';
import { isOnlyHost } from '../features/room/hosting/useOnlyHost';

type Role = PersonInCall['role'];

const self = (role: Role) => ({ isSelf: true, role });
const other = (role: Role) => ({ isSelf: false, role });

describe('the only host', () => {
  it.each([
    ['alone with a guest', [self('host'), other('guest')], true],
    ['alone in the room', [self('host')], false],
    ['beside another host', [self('host'), other('host'), other('guest')], false],
    ['a guest beside the host', [self('guest'), other('host')], false],
    ['a guest among guests', [self('guest'), other('guest')], false],
  ] as const)('%s', (_, people, only) => {
    expect(isOnlyHost(people)).toBe(only);
  });
});
