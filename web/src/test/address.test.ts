// People type names and paste links; all of them must lead to the room they mean.
import { describe, expect, it } from 'vitest';
import { addressFrom, isAddress, spokenName } from '../api/address';

describe('addressFrom', () => {
  it.each([
    ['equipe', 'equipe'],
    ['  Équipe  ', 'equipe'],
    ['Équipe produit', 'equipe-produit'],
    ['L’équipe d’à côté', 'l-equipe-d-a-cote'],
    ['Cœur & âme', 'coeur-ame'],
    ['Straße 9', 'strasse-9'],
    ['/equipe', 'equipe'],
    ['https://visio.acme.fr/equipe', 'equipe'],
    ['https://visio.acme.fr/%C3%89quipe?x=1#y', 'equipe'],
    ['visio.acme.fr/equipe', 'equipe'],
    ['localhost:8080/equipe/', 'equipe'],
    ['http://127.0.0.1:8080/ma-salle', 'ma-salle'],
    ['-- salle --', 'salle'],
    ['salle 12', 'salle-12'],
    ['a'.repeat(80), 'a'.repeat(63)],
  ])('reads %j as %j', (text, address) => expect(addressFrom(text)).toBe(address));

  it.each(['', '   ', '!!!', 'https://visio.acme.fr/', '---', '日本'])('finds nothing usable in %j', (text) =>
    expect(addressFrom(text)).toBeNull(),
  );

  it('always returns what the server accepts', () => {
    for (const text of ['É', 'a b', 'x'.repeat(62) + ' y', '9-', 'Ça va ?']) {
      expect(isAddress(addressFrom(text) ?? '')).toBe(true);
    }
  });
});

it('refuses addresses that only look right', () => {
  for (const text of ['Equipe', '-a', 'a_b', 'a'.repeat(64), '', 'é']) expect(isAddress(text)).toBe(false);
});

it('speaks an address as a name', () => {
  expect(spokenName('equipe-produit')).toBe('Equipe produit');
});
