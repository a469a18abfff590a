// The invitation says who, where and what will happen, in the reader's language and for every padlock.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { accesses } from '../api/rooms';
import { invitationText } from '../features/rooms/invitation';

describe.each(['fr', 'en'] as const)('in %s', (language) => {
  const i18n = i18next.createInstance();
  beforeAll(async () => {
    const path = join(import.meta.dirname, '../../../locales', language, 'rooms.json');
    const rooms = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const resources = { [language]: { rooms } };
    await i18n.init({ lng: language, resources, interpolation: { escapeValue: false } });
  });
  const text = (access: (typeof accesses)[number], host?: string) =>
    invitationText(i18n.t, { name: 'Équipe & Cie', access }, 'https://visio.example/equipe', host);

  it('names the host, the room and its link, on lines of their own', () => {
    const lines = text('knock', 'Claire Martin').split('\n');
    expect(lines[0]).toContain('Claire Martin');
    expect(lines.some((line) => line.endsWith('Équipe & Cie'))).toBe(true);
    expect(lines.some((line) => line.endsWith('https://visio.example/equipe'))).toBe(true);
  });
  it('tells for each padlock what happens at the door', () => {
    const ends = accesses.map((access) => text(access).split('\n').at(-1));
    expect(new Set(ends).size).toBe(accesses.length);
    for (const access of accesses) expect(text(access)).not.toMatch(/invitation\.|{{|undefined/);
  });
});
