// The audit trail's details say what changed, from what to what, and never fail on what they do not know.
import { expect, it } from 'vitest';
import { detailsOf } from '../features/settings/system/details';

it('tells a change from what to what', () => {
  expect(
    detailsOf({ name: { from: 'Atelier', to: 'L’atelier' }, accent: { from: null, to: '#5b2a86' } }),
  ).toEqual(['name: Atelier → L’atelier', 'accent: – → #5b2a86']);
});
it('tells whatever else there is as it is', () => {
  expect(detailsOf({ invited: true, domains: ['a.org'], trouble: '' })).toEqual([
    'invited: true',
    'domains: ["a.org"]',
    'trouble: –',
  ]);
  for (const nothing of [{}, null, undefined, 'text']) expect(detailsOf(nothing)).toEqual([]);
});
