// Two letters that stand for a person.
import { expect, it } from 'vitest';
import { colourOf, initials } from '../ui/initials';

it.each([
  ['Zoé Nguyen', 'ZN'],
  ['Nadia', 'N'],
  ['jean-pierre le goff', 'JG'],
  ['Élise Öz', 'ÉÖ'],
  ['  Aminata   Lô ', 'AL'],
  ['(Salle) 204', 'S2'],
  ['李 小龍', '李小'],
  ['', '?'],
  ['!!!', '?'],
])('%j becomes %j', (name, letters) => expect(initials(name)).toBe(letters));

it('gives a name the same colour every time', () => {
  expect(colourOf('Zoé')).toBe(colourOf('Zoé'));
  expect(new Set(['Zoé', 'Nadia', 'Jérôme', 'Samir', 'Aminata', 'Théo'].map(colourOf)).size).toBeGreaterThan(
    2,
  );
});
