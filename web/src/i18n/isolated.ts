// Keeps what people typed from turning the sentence around it: Unicode's marks of direction, and letters read from the right.

/** Marks that change the direction of what follows, also beyond the end of a name. */
const marks = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;
/** Hebrew, Arabic, Syriac, Thaana, N’Ko and their kin, with their presentation forms. */
const fromTheRight = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]|[\ud802\ud803\ud83a\ud83b]/;

/** A text to stand in a sentence: without marks of direction, and isolated where its letters run the other way. */
export function isolated(text: string): string {
  const plain = text.replace(marks, '');
  return fromTheRight.test(plain) ? `\u2068${plain}\u2069` : plain;
}
