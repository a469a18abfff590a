// Every page outside the call, and the people and rooms of a small organisation behind them: for what holds on all pages.
import { asOwner, owner } from './rooms.mjs';

/**
 * @typedef {object} Furnished what the addresses of some pages name
 * @property {string} provider the id of a sign-in service
 * @property {string} webhook the id of a webhook
 * @property {string | null} meeting the id of the meeting in the room `equipe`, when there is one
 *
 * @typedef {object} PageOf
 * @property {string} name for a file or a message
 * @property {string | ((house: Furnished) => string | null)} path null: not this time
 * @property {boolean} [guest] seen by somebody without an account, otherwise by the owner
 * @property {string} shows a CSS selector of what is there once the page has what it shows
 */

/** @type {PageOf[]} */
export const everyPage = [
  { name: 'home-guest', path: '/', guest: true, shows: 'main input' },
  { name: 'unknown-room', path: '/salle-du-lac', guest: true, shows: 'main a[href="/"]' },
  { name: 'nowhere', path: '/nothing/here', guest: true, shows: 'main h1' },
  { name: 'sign-in', path: '/sign-in', guest: true, shows: 'main input' },
  { name: 'test', path: '/test', guest: true, shows: '[data-check="network"]:not([data-verdict="looking"])' },
  { name: 'welcome', path: '/welcome', guest: true, shows: 'main h1' },
  { name: 'home-member', path: '/', shows: 'main a[href="/equipe"]' },
  { name: 'meetings', path: '/equipe/meetings', shows: 'main h1' },
  {
    name: 'meeting',
    path: ({ meeting }) => meeting && `/equipe/meetings/${meeting}`,
    shows: 'main tbody tr',
  },
  { name: 'settings', path: '/settings', shows: 'nav a[href="/settings/me"]' },
  { name: 'settings-me', path: '/settings/me', shows: 'main section li' },
  { name: 'settings-rooms', path: '/settings/rooms', shows: 'main a[href="/settings/rooms/equipe"]' },
  { name: 'settings-room', path: '/settings/rooms/equipe', shows: 'main section' },
  { name: 'settings-rooms-import', path: '/settings/rooms/import', shows: 'main textarea' },
  { name: 'settings-organisation', path: '/settings/organisation', shows: 'main section' },
  { name: 'settings-establishments', path: '/settings/establishments', shows: 'main [role="table"] strong' },
  { name: 'settings-people', path: '/settings/people', shows: 'main [role="table"] strong' },
  { name: 'settings-people-import', path: '/settings/people/import', shows: 'main section' },
  { name: 'settings-sign-in', path: '/settings/sign-in', shows: 'main section li' },
  {
    name: 'settings-sign-in-service',
    path: ({ provider }) => `/settings/sign-in/${provider}`,
    shows: 'main section input',
  },
  { name: 'settings-webhooks', path: '/settings/webhooks', shows: 'main [role="table"]' },
  {
    name: 'settings-webhook',
    path: ({ webhook }) => `/settings/webhooks/${webhook}`,
    shows: 'main section input',
  },
  { name: 'settings-system', path: '/settings/system', shows: 'main section dd' },
  { name: 'settings-audit', path: '/settings/audit', shows: 'main [role="table"]' },
  {
    name: 'settings-doctor',
    path: '/settings/doctor',
    shows: '[data-check="network"]:not([data-verdict="looking"])',
  },
];

const people = [
  ['Jérôme Blanc', 'admin', 'Lyon'],
  ['Nadia Kessler', 'member', 'Lyon'],
  ['Aminata Lô', 'member', 'Paris'],
  ['Théo Dumas', 'member', 'Paris'],
  ['Samir Rahal', 'individual', null],
];
const rooms = [
  ['equipe', 'Équipe', 'open'],
  ['recrutement', 'Recrutement', 'members'],
  ['direction', 'Direction', 'locked'],
  ['accueil', 'Accueil', 'knock'],
];

/**
 * Fills a fresh server: its owner is Claire Martin.
 * @param {import('./rooms.mjs').Server & { linkFor: (email: string, who?: any) => string }} server
 * @returns {Promise<Furnished>}
 */
export async function furnish(server) {
  server.linkFor(owner, { name: 'Claire Martin' });
  /** @param {string} path @param {unknown} body */
  const post = (path, body) => asOwner(server, 'POST', path, body);
  await asOwner(server, 'PATCH', '/organisation', {
    name: 'Groupimo',
    help_contact: 'aide@groupimo.example',
  });
  const establishments = new Map();
  for (const name of ['Lyon', 'Paris']) {
    const made = await post('/establishments', { name, prefix: name.toLowerCase() });
    establishments.set(name, made.id);
  }
  for (const [name, role, establishment] of people) {
    const email = `${String(name).split(' ')[0]?.normalize('NFD').replace(/\W/g, '').toLowerCase()}@groupimo.example`;
    await post('/people', { email, name, role, establishment: establishments.get(establishment) });
  }
  for (const [address, name, access] of rooms) await post('/rooms', { address, name, access });
  const issuer = 'https://login.groupimo.example';
  const provider = await post('/sign-in/providers', { name: 'Microsoft 365', issuer, client_id: 'palabre' });
  const url = 'https://agenda.groupimo.example/palabre';
  const webhook = await post('/webhooks', { name: 'Agenda', url, events: ['room.deleted'] });
  return { provider: provider.id, webhook: webhook.id, meeting: null };
}

/** The newest meeting in `equipe`. @param {import('./rooms.mjs').Server} server */
export async function newestMeeting(server) {
  const { items } = await asOwner(server, 'GET', '/rooms/equipe/meetings');
  return items[0]?.id ?? null;
}
