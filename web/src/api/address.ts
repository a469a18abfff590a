// Turns what people type or paste into the address of a room: "Équipe produit" or a whole link become "equipe-produit".

/** One letter or digit, then up to 62 letters, digits or hyphens. */
const pattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

export function isAddress(text: string): boolean {
  return pattern.test(text);
}

/**
 * The address meant by the text, or null when nothing usable is left. The server does the same with lists of links
 * (`RoomAddress::meant`); testing/addresses.json holds the two together.
 */
export function addressFrom(text: string): string | null {
  let wanted = text.trim();
  const link = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/]*|[^/\s]+(?:\.[^/\s]+|:\d+))\/+([^/?#\s]*)/i.exec(wanted);
  if (link) wanted = decoded(link[1] ?? '');
  else wanted = wanted.replace(/^\/+/, '').replace(/[/?#].*$/, '');
  const address = wanted
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/œ/g, 'oe')
    .replace(/æ/g, 'ae')
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l')
    .replace(/[\s_'’.,+&]+/g, '-')
    .replace(/[^a-z0-9-]/g, '')
    .replace(/-{2,}/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return isAddress(address) ? address : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Characters of a room's name at most, as the server counts them. */
const longestName = 64;

/** How somebody calls a room by what they wrote of it: with its accents, and a capital to begin with. */
export function nameFrom(text: string): string {
  const letters = [...text.trim().replace(/\s+/g, ' ')].slice(0, longestName).join('').trim();
  return letters.charAt(0).toUpperCase() + letters.slice(1);
}

/**
 * The path of a room that keeps how somebody calls it, for ways on which nothing but a path is kept; its page leads on to
 * the address. A dot is written as a number, for the server takes a path with one for a file.
 */
export function pathCalling(address: string, said: string): string {
  const plain = said === spokenName(address) || addressFrom(said) !== address;
  return plain ? `/${address}` : `/${encodeURIComponent(said).replaceAll('.', '%2E')}`;
}

/** What to call a room whose owner gave it no name: "equipe-produit" is spoken "Equipe produit". */
export function spokenName(address: string): string {
  const words = address.replace(/-/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
