// Finding by what people type: without regard to case, accents and the order of words; as the server does.

/** Small letters without their marks, ligatures taken apart. */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/œ/g, 'oe')
    .replace(/æ/g, 'ae')
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l');
}

/** Whether each word that was typed stands somewhere in one of the texts. */
export function finds(typed: string, texts: readonly (string | undefined)[]): boolean {
  const words = folded(typed)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return true;
  const all = texts.filter((text) => text !== undefined).map(folded);
  return words.every((word) => all.some((text) => text.includes(word)));
}
