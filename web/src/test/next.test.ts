// Signing in leads back to our own pages only.
import { describe, expect, it } from 'vitest';
import { safeNext, signInFor } from '../ui/next';

const here = 'https://meet.example.org';

describe('where somebody goes once signed in', () => {
  it.each(['/', '/equipe', '/settings/me?tab=devices#tokens'])('is a page of ours: %s', (path) => {
    expect(safeNext(path, here)).toBe(path);
  });
  it.each([
    null,
    '',
    'equipe',
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '\\\\evil.example',
    '/\t/evil.example/',
    'javascript:alert(1)',
    '///evil.example',
    '//',
  ])('is never elsewhere: %j', (asked) => {
    expect(safeNext(asked, here)).toBe('/');
  });
  it('survives the way through the sign-in page', () => {
    const address = signInFor('/settings/me?tab=a&b=c');
    expect(safeNext(new URL(address, here).searchParams.get('next'), here)).toBe('/settings/me?tab=a&b=c');
    expect(signInFor('/')).toBe('/sign-in');
  });
});
