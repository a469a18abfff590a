// Days, hours and durations of meetings, as a reader says them.

/** "samedi 21 novembre 2026", in the reader's zone. */
export function dayOf(time: string, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'full' }).format(new Date(time));
}

/** "14:05", on a clock of 24 hours. */
export function hourOf(time: string, language: string): string {
  const format = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat(language, format).format(new Date(time));
}

/** Whole hours and minutes of so many seconds; less than a minute is none. */
export function spanOf(seconds: number): { hours: number; minutes: number } {
  const minutes = Math.max(0, Math.floor(seconds / 60));
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}
