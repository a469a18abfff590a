// The list of pages that are looked at in browsers, and of which pictures are taken, holds every page there is.
import { matchRoutes, type RouteObject } from 'react-router';
import { expect, it } from 'vitest';
import { everyPage } from '../../e2e/lib/everyPage.mjs';
import { routes } from '../routes';

/** The addresses of all pages below these routes, as they are written there. */
function patterns(of: RouteObject[], above = ''): string[] {
  return of.flatMap((route) => {
    const own = `${above}/${route.path ?? ''}`.replaceAll(/\/+/g, '/');
    return route.children ? patterns(route.children, own) : [own];
  });
}

it('every page is in the list of all pages', () => {
  const seen = everyPage.map(({ name, path }) => {
    const address = typeof path === 'string' ? path : path({ provider: '1', webhook: '1', meeting: '1' });
    const matches = matchRoutes(routes, address ?? '') ?? [];
    const pattern = matches.map(({ route }) => route.path ?? '').join('/');
    return [pattern.replaceAll(/\/+/g, '/'), name] as const;
  });
  const unseen = patterns(routes).filter((pattern) => !seen.some(([one]) => one === pattern));
  expect(unseen).toEqual([]);
});
