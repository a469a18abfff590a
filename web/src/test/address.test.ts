// People type names and paste links; all of them must lead to the room they mean.
import { describe, expect, it } from 'vitest';
import pairs from '../../../testing/addresses.json';
import { addressFrom, isAddress, nameFrom, pathCalling, spokenName } from '../api/address';
import { safeNext } from '../ui/next';

/** Words and the addresses they mean, to the server as well. */
const words = pairs as [string, string | null][];

describe('addressFrom', () => {
  it.each(words)('reads the words %j as %j', (text, address) => expect(addressFrom(text)).toBe(address));

  it.each([
    ['/equipe', 'equipe'],
    ['https://visio.acme.fr/equipe', 'equipe'],
    ['https://visio.acme.fr/%C3%89quipe?x=1#y', 'equipe'],
    ['visio.acme.fr/equipe', 'equipe'],
    ['localhost:8080/equipe/', 'equipe'],
    ['http://127.0.0.1:8080/ma-salle', 'ma-salle'],
  ])('reads %j as %j', (text, address) => expect(addressFrom(text)).toBe(address));

  it('finds nothing usable in a link without a path', () =>
    expect(addressFrom('https://visio.acme.fr/')).toBeNull());

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

it('calls a room as somebody writes it', () => {
  expect(nameFrom('  équipe  d’été ')).toBe('Équipe d’été');
  expect(nameFrom('Saint-Étienne')).toBe('Saint-Étienne');
  expect([...nameFrom('😀'.repeat(80))]).toHaveLength(64);
});

describe('the path that keeps how a room is called', () => {
  it.each([
    ['equipe-d-ete', 'Équipe d’été'],
    ['dupont', 'DUPONT'],
    ['dr-dupont', 'Dr. Dupont'],
    ['a-b', 'A.B.'],
  ])('of %s says %s', (address, said) => {
    const path = pathCalling(address, said);
    expect(decodeURIComponent(path)).toBe(`/${said}`);
    expect(path, 'a dot stands in names of files').not.toContain('.');
    expect(safeNext(path, 'https://visio.acme.fr'), 'it is led back to').toBe(path);
    expect(addressFrom(decodeURIComponent(path.slice(1)))).toBe(address);
  });
  it.each([
    ['dupont', 'Dupont'],
    ['dupont', 'Une autre'],
  ])('of %s is plain for %s', (address, said) => expect(pathCalling(address, said)).toBe(`/${address}`));
});
