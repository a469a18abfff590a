// Tells talking from noise: loud for half a second within a little more than one, as syllables are and doors are not.

/** A level (0 to 1, see level.ts) that a voice near the microphone reaches and a quiet room does not: about −37 dB. */
const LOUD = 0.45;
const WITHIN_MS = 1200;
const LOUD_FOR_MS = 500;
/** Longer gaps between two levels say nothing about what was between them: the page slept. */
const LONGEST_STEP_MS = 100;

export class TalkDetector {
  /** Moments at which it was loud, and for how long each stands. */
  private loud: { at: number; lasts: number }[] = [];
  private before: number | null = null;

  /** Takes a level as it is measured, `now` in milliseconds; true while somebody talks. */
  hear(level: number, now: number): boolean {
    const lasts = Math.min(LONGEST_STEP_MS, now - (this.before ?? now));
    this.before = now;
    if (level >= LOUD) this.loud.push({ at: now, lasts });
    this.loud = this.loud.filter(({ at }) => now - at < WITHIN_MS);
    return this.loud.reduce((sum, one) => sum + one.lasts, 0) >= LOUD_FOR_MS;
  }
}
