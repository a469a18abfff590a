// Every sentence of the interface in en, one file of /locales per topic.
// What mails say is the server's: it is not fetched.
const files = import.meta.glob<Record<string, unknown>>(
  ['../../../locales/en/*.json', '!**/mail.json', '!**/attendance.json'],
  {
    eager: true,
    import: 'default',
  },
);

const catalogue: Record<string, Record<string, unknown>> = {};
for (const [path, sentences] of Object.entries(files)) {
  const topic = /([^/]+)\.json$/.exec(path)?.[1];
  if (topic) catalogue[topic] = sentences;
}
export default catalogue;
