// Finds web addresses in a message, so that they can be clicked without any of the text becoming markup.

export type Piece = { text: string; href?: undefined } | { text: string; href: string };

const address = /\bhttps?:\/\/[^\s<>"“”«»]+/gi;
/** Signs that end a sentence rather than an address. */
const trailing = /[.,;:!?…'’)\]}]+$/;

export function findLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(address)) {
    let found = match[0];
    const end = trailing.exec(found)?.[0] ?? '';
    // A closing bracket belongs to the address when it was opened inside it.
    const keepsBracket = end.startsWith(')') && found.includes('(');
    found = found.slice(0, found.length - end.length + (keepsBracket ? 1 : 0));
    if (!URL.canParse(found)) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
    pieces.push({ text: found, href: found });
    from = match.index + found.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}
