// Both languages say everything, nothing is said that does not exist, and French follows French typography.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
type Tree = { [key: string]: string | Tree };

function flatten(tree: Tree, path: string): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${path}${key}`, value] as [string, string]]
      : flatten(value, `${path}${key}.`),
  );
}
function catalogue(language: string): Map<string, string> {
  const folder = join(root, 'locales', language);
  return new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) =>
        flatten(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Tree, `${file.slice(0, -5)}:`),
      ),
  );
}
const withoutPlural = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '');
const french = catalogue('fr');
const english = catalogue('en');
const keys = (sentences: Map<string, string>) => new Set([...sentences.keys()].map(withoutPlural));

it('says the same things in both languages', () => {
  expect([...keys(french)].sort()).toEqual([...keys(english)].sort());
});

it('fills the same blanks in both languages', () => {
  const blanks = (text: string) => [...text.matchAll(/{{\w+}}/g)].map((match) => match[0]).sort();
  for (const [key, text] of french) {
    const other = english.get(key);
    if (other !== undefined) expect([key, blanks(text)]).toEqual([key, blanks(other)]);
  }
});

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'test' ? [] : sources(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

describe('keys used in the code', () => {
  const code = sources(join(root, 'web/src')).map((path) => readFileSync(path, 'utf8'));
  const used = new Set(
    code.flatMap((text) => [...text.matchAll(/\bt\(\s*'([^']+)'/g)].map((match) => match[1] ?? '')),
  );
  const built = code.flatMap((text) =>
    [...text.matchAll(/\bt\(\s*`([^`]+)`/g)].map((match) => match[1] ?? ''),
  );

  it('are found at all', () => expect(used.size).toBeGreaterThan(80));
  it('exist', () => {
    const known = keys(french);
    expect([...used].filter((key) => !known.has(key))).toEqual([]);
  });
  it('exist for at least one value where they are built', () => {
    for (const pattern of built) {
      const expression = new RegExp(`^${pattern.replace(/[.]/g, '\\.').replace(/\$\{[^}]+\}/g, '\\w+')}$`);
      expect([pattern, [...keys(french)].some((key) => expression.test(key))]).toEqual([pattern, true]);
    }
  });
  it('cover every failure of a device, for every device and browser', () => {
    for (const kind of ['refused_page', 'refused_system', 'no_device', 'busy', 'insecure', 'unknown']) {
      for (const device of ['microphone', 'camera', 'both', 'screen']) {
        expect(french.has(`devices:failure.${kind}.title_${device}`)).toBe(true);
      }
      const helps = kind.startsWith('refused') ? ['help_chromium', 'help_firefox', 'help_safari'] : ['help'];
      for (const help of helps) expect(french.has(`devices:failure.${kind}.${help}`)).toBe(true);
    }
  });
  it('say what is possible meanwhile, at the door and in a call', () => {
    for (const key of [
      'door_microphone',
      'door_camera',
      'door_both',
      'call_microphone',
      'call_camera',
      'call_screen',
    ])
      expect([key, french.has(`devices:meanwhile.${key}`)]).toEqual([key, true]);
  });
  it('cover every way a call can end', () => {
    for (const reason of ['left', 'duplicate', 'removed', 'closed', 'server_stopped', 'unreachable']) {
      expect(french.has(`goodbye:${reason}.title`) && french.has(`goodbye:${reason}.text`)).toBe(true);
    }
  });
  it('cover every code the server refuses a guest with', () => {
    const api = JSON.parse(readFileSync(join(root, 'docs/reference/openapi.json'), 'utf8')) as {
      paths: Record<string, Record<string, { responses: Record<string, { description: string }> }>>;
    };
    const refusals = Object.values(api.paths)
      .flatMap((path) => Object.values(path))
      .flatMap(({ responses }) => Object.entries(responses))
      .filter(([status]) => status >= '400')
      .flatMap(([, { description }]) => [...description.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''))
      // Only a mistake of this client could earn it: `unexpected` says that well enough.
      .filter((code) => code !== 'malformed');
    expect(refusals).toContain('full');
    for (const code of [...refusals, 'unreachable', 'unexpected']) {
      expect([code, french.has(`errors:${code}`)]).toEqual([code, true]);
    }
  });
});

describe('French typography', () => {
  it.each([
    ['a straight apostrophe', /\p{L}'\p{L}/u],
    ['a sign without its narrow no-break space', /[^\u202f\s/:{}?!]([;:!?])(?!\/\/)(?=\s|$)/u],
    ['an ordinary space before a sign', /[ \u00a0][;:!?»]/u],
    ['an ordinary space after «', /«[^\u202f]/u],
    ['three dots instead of an ellipsis', /\.\.\./u],
    ['a middle dot inside a word', /\p{L}·\p{L}/u],
  ])('has no %s', (_, mistake) => {
    expect([...french].filter(([, text]) => mistake.test(text.replace(/{{\w+}}/g, 'x')))).toEqual([]);
  });
});
