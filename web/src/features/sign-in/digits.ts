// What counts of a typed or pasted code.

/** Digits of a code. */
export const length = 6;

/** The digits of a text, also of one pasted with its spaces: the first six of them. */
export function digitsOf(text: string): string {
  return text.replace(/\D/g, '').slice(0, length);
}
