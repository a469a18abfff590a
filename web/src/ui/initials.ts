// What stands for a person without a picture: two letters and a colour that is always the same for that name.

/** First letters of the first and last word; one letter for one word; a question mark for nothing. */
export function initials(name: string): string {
  const words = name
    .normalize('NFC')
    .split(/[\s\-_.·]+/u)
    .map((word) => [...word].find((letter) => /[\p{L}\p{N}]/u.test(letter)))
    .filter((letter): letter is string => letter !== undefined);
  const first = words[0];
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return first ? (first + (last ?? '')).toLocaleUpperCase() : '?';
}

/** White text keeps at least 4.5:1 on each of these. */
const palette = ['#8a5a2b', '#5f6b2c', '#2f6f64', '#3f6e8f', '#6b4a8a', '#96463f', '#4a5f9a', '#7a4a68'];

export function colourOf(name: string): string {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return palette[sum % palette.length] ?? '#3f6e8f';
}
