// How often something may happen: a few times in a row, then at a steady pace.

export class Allowance {
  private left: number;
  private at: number;

  /** So many in a row; one more comes back every so many milliseconds. */
  constructor(
    private readonly inARow: number,
    private readonly every: number,
    now: number,
  ) {
    this.left = inARow;
    this.at = now;
  }

  /** Takes one, when there is one. `now` in milliseconds, of any clock that does not run backwards. */
  take(now: number): boolean {
    this.left = Math.min(this.inARow, this.left + (now - this.at) / this.every);
    this.at = now;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}
