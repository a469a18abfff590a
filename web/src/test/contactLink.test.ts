// A help contact leads where it says, and words lead nowhere.
import { expect, it } from 'vitest';
import { contactLink } from '../ui/contactLink';

it.each([
  ['support@example.org', 'mailto:support@example.org'],
  ['https://aide.example.org/salles', 'https://aide.example.org/salles'],
  ['01 23 45 67 89', 'tel:0123456789'],
  ['+33\u202f1\u202f23\u202f45\u202f67\u202f89', 'tel:+33123456789'],
])('%s leads to %s', (contact, link) => {
  expect(contactLink(contact)).toBe(link);
});
it.each(['Informatique, poste 4512', 'javascript:alert(1)', 'demandez à Zoé@accueil', '4512'])(
  '“%s” is words',
  (contact) => {
    expect(contactLink(contact)).toBeNull();
  },
);
