// Where somebody goes once signed in: back to the page of ours they came from, and never to another site.

/** The path to go to, from what stands in an address: `/` for everything that is not a path of this site. */
export function safeNext(asked: string | null, origin: string): string {
  if (!asked?.startsWith('/')) return '/';
  try {
    const target = new URL(asked, origin);
    return target.origin === origin ? target.pathname + target.search + target.hash : '/';
  } catch {
    return '/';
  }
}

/** The address of the sign-in page that leads back to `path`. */
export function signInFor(path: string): string {
  return path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`;
}
