// The form of the first run fills in what follows, and says what is missing.
import { expect, it } from 'vitest';
import { filledIn, missing, untouched } from '../features/welcome/beginning';

const typed = { ...untouched, organisation: 'Groupimo Lyon', name: 'Claire', email: 'claire@example.org' };

it('calls the first room like the organisation, at the word that makes', () => {
  expect(filledIn(typed)).toMatchObject({ roomName: 'Groupimo Lyon', address: 'groupimo-lyon' });
  expect(filledIn({ ...typed, roomName: 'Accueil' }).address).toBe('accueil');
});

it('leaves alone what somebody has written', () => {
  const own = { ...typed, roomName: 'Accueil', address: 'bonjour' };
  expect(filledIn({ ...own, organisation: 'Autre' })).toMatchObject({
    roomName: 'Accueil',
    address: 'bonjour',
  });
  expect(filledIn({ ...typed, address: '' }).address).toBe('');
});

it.each([
  [typed, null],
  [untouched, 'organisation'],
  [{ ...typed, name: ' ' }, 'name'],
  [{ ...typed, email: '' }, 'email'],
  [{ ...typed, roomName: ' ' }, 'roomName'],
  [{ ...typed, address: '' }, 'address'],
  [{ ...typed, address: 'Été' }, 'address'],
  // No letter of it is one of an address.
  [{ ...typed, organisation: '東京' }, 'address'],
] as const)('says what is missing: %j', (what, field) => expect(missing(what)).toBe(field));
