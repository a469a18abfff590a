// What this browser remembers for its reader; storage that refuses is treated as empty.
const prefix = 'palabre:';

export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(prefix + key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(prefix + key);
    else localStorage.setItem(prefix + key, value);
  } catch {
    // Private windows may refuse storage: the page then simply forgets.
  }
}

/** Mantine keeps the colour scheme here, under the same key that public/theme.js reads before the first paint. */
export const themeKey = `${prefix}theme`;
