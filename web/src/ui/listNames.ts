// Names in a row as the reader's language joins them: "Nadia et Théo", "Nadia, Théo et 3 autres".

/** `named` are said; the `count` people in all who are not among them become what `others` says of their number. */
export function listNames(
  named: readonly string[],
  count: number,
  others: (count: number) => string,
  language: string,
): string {
  const rest = count - named.length;
  const parts = rest > 0 ? [...named, others(rest)] : named;
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(parts);
}
