// What people typed turns no sentence around.
import { expect, it } from 'vitest';
import { isolated } from '../i18n/isolated';

it('leaves most of what people type as it is', () => {
  for (const text of ['Zoé', '<b> & « x »', '王小明', '👩‍🏫 Ada', 'https://a.org/x?y=1&z', '3'])
    expect(isolated(text)).toBe(text);
});
it('takes marks of direction away', () => {
  expect(isolated('\u202eZoé\u202c')).toBe('Zoé');
  expect(isolated('a\u2067b\u2069\u2069c')).toBe('abc');
});
it('isolates letters that are read from the right', () => {
  expect(isolated('דנה')).toBe('\u2068דנה\u2069');
  expect(isolated('علي 2')).toBe('\u2068علي 2\u2069');
});
