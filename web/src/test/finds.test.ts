// Finding disregards case, accents and the order of words, as on the server (crates/meetings/src/search.rs).
import { expect, it } from 'vitest';
import { finds, folded } from '../ui/finds';

const texts = ['Équipe produit', 'equipe-produit', undefined, 'Cœur de Lyon'];

it.each(['', '  ', 'equipe', 'PRODUIT équi', 'coeur', 'lyon prod', 'e-p'])('finds by “%s”', (typed) => {
  expect(finds(typed, texts)).toBe(true);
});
it.each(['équipes', 'lyon paris', 'undefined'])('does not find by “%s”', (typed) => {
  expect(finds(typed, texts)).toBe(false);
});
it('folds a letter and its mark however they are written', () => {
  expect(folded('e\u0301')).toBe(folded('É'));
  expect(folded('Øystein Łukasz Straße')).toBe('oystein lukasz strasse');
});
