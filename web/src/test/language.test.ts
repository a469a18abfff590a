// French readers get French, everyone else English, and a choice is kept.
import { expect, it } from 'vitest';
import { preferredLanguage } from '../i18n';

it.each<[string | null, string[], string]>([
  [null, ['fr-FR', 'en'], 'fr'],
  [null, ['fr-CA'], 'fr'],
  [null, ['de-DE', 'fr'], 'fr'],
  [null, ['de-DE'], 'en'],
  [null, [], 'en'],
  ['en', ['fr-FR'], 'en'],
  ['fr', ['en-GB'], 'fr'],
  ['xx', ['en-GB'], 'en'],
])('chosen %j, wanted %j: %s', (chosen, wanted, language) =>
  expect(preferredLanguage(chosen, wanted)).toBe(language),
);
