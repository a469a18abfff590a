// The files of one language, by the topic that each is named after.

/** What one file says; nested where sentences belong together. */
export type Sentences = Record<string, unknown>;
export type Catalogue = Record<string, Sentences>;

export function byTopic(files: Record<string, Sentences>): Catalogue {
  const topic = (path: string) => path.slice(path.lastIndexOf('/') + 1, -'.json'.length);
  return Object.fromEntries(Object.entries(files).map(([path, said]) => [topic(path), said]));
}
