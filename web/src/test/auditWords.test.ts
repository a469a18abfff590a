// The audit trail speaks the reader's language: who, what, and what changed from what to what.
import { createInstance } from 'i18next';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { auditWords } from '../features/settings/system/auditWords';

const folder = join(import.meta.dirname, '../../../locales/fr');
let words: ReturnType<typeof auditWords>;
beforeAll(async () => {
  const i18n = createInstance();
  await i18n.init({ lng: 'fr', fallbackLng: false, interpolation: { escapeValue: false }, resources: {} });
  for (const file of readdirSync(folder)) {
    i18n.addResourceBundle('fr', file.slice(0, -5), JSON.parse(readFileSync(join(folder, file), 'utf8')));
  }
  words = auditWords(i18n);
});
const details = (of: unknown, action = 'person.changed') => words.details({ action, details: of });

it('tells a change from what to what, however it was kept', () => {
  expect(
    details({ name: { from: 'Atelier', to: 'L’atelier' }, accent: { from: null, to: '#5b2a86' } }),
  ).toEqual(['Nom\u202f: Atelier → L’atelier', 'Couleur\u202f: aucun → #5b2a86']);
  expect(details({ access: ['open', 'locked'] })).toEqual(['Qui entre\u202f: Ouverte → Verrouillée']);
});
it('says values in words', () => {
  expect(details({ role: 'owner', invited: true })).toEqual([
    'Rôle\u202f: Propriétaire',
    'Invitation envoyée\u202f: oui',
  ]);
  expect(details({ scopes: ['rooms:write', 'people:read'] })).toEqual([
    'Portées\u202f: Salles (Lire et modifier), Personnes et organisation (Lire)',
  ]);
  expect(details({ events: ['room.created', 'meeting.ended'] }, 'webhook.added')).toEqual([
    'Évènements\u202f: Salle créée, Réunion terminée',
  ]);
  expect(details({ host: 'example.org' }, 'webhook.changed')).toEqual(['Serveur appelé\u202f: example.org']);
  expect(details({ group_roles: { bureau: 'admin' } })).toEqual([
    'Rôles des groupes\u202f: bureau\u202f: Administration',
  ]);
});
it('shows no ids', () => {
  const [one, two] = ['01890a5d-ac96-774b-bcce-b302099a8057', '01890a5d-ac96-774b-bcce-b302099a8058'];
  expect(details({ host: one, name: 'Nadia' })).toEqual(['Nom\u202f: Nadia']);
  expect(details({ owner: [one, two] })).toEqual(['Responsable\u202f: modifié']);
});
it('says who', () => {
  expect(words.actor({ actor: 'Claire', person: 'x' })).toBe('Claire');
  expect(words.actor({ actor: 'Claire, in the call', person: 'x' })).toBe('Claire, dans l’appel');
  expect(words.actor({ actor: 'Martin, Claire, token e2e', person: 'x' })).toBe(
    'Martin, Claire, avec le jeton e2e',
  );
  expect(words.actor({ actor: 'command line', person: null })).toBe('Ligne de commande');
});
it('tells what a newer server did as it was written', () => {
  expect(words.action({ action: 'participant.removed' })).toBe('Personne exclue de la réunion');
  expect(words.action({ action: 'moon.painted' })).toBe('moon.painted');
  expect(words.subject({ action: 'job.retried', subject: 'send_mail' })).toBe('Envoyer un courriel');
  expect(details({ tint: 'green' })).toEqual(['tint\u202f: green']);
  for (const nothing of [{}, null, undefined, 'text']) expect(details(nothing)).toEqual([]);
});
