// The door between people: who knocks is heard, held, let in or sent away, and hosts stay in control of their meeting.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { examine } from './lib/axe.mjs';
import { openChromiums } from './lib/browser.mjs';
import { askToJoin, seesAndHears, tileOf } from './lib/call.mjs';
import {
  actOn,
  answer,
  cardOf,
  countSounds,
  inCall,
  openPeople,
  standsAt,
  timeKnock,
  watchDoorOf,
} from './lib/door.mjs';
import { signIn } from './lib/people.mjs';
import { asOwner, openRoom, owner } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

const DESKTOP = { viewport: { width: 1100, height: 700 } };
const PHONE = { viewport: { width: 390, height: 844 }, touch: true };

describe('the door between people', { timeout: 600_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromiums>>} */
  let browsers;
  /** @type {import('playwright-core').Page[]} */
  let pages = [];
  before(async () => {
    server = await startServer();
    browsers = await openChromiums();
  });
  after(async () => {
    await browsers?.close();
    await server?.stop();
  });
  afterEach(async () => {
    await Promise.all(pages.map((page) => page.context().close()));
    pages = [];
  });

  /** Somebody with a browser of their own. @param {object} [look] */
  async function guest(look = DESKTOP) {
    const page = await browsers.somebody(look);
    pages.push(page);
    return page;
  }

  /** Somebody signed in. @param {string} email @param {string} name @param {object} [look] */
  async function person(email, name, look) {
    const page = await guest(look);
    await signIn(page, server, email, { name });
    return page;
  }

  /** The owner of the room, in the call. @param {string} room @param {object} [look] */
  async function hostIn(room, look) {
    const page = await person(owner, 'Claire', look);
    await askToJoin(page, server.url, room, 'Claire');
    await inCall(page);
    return page;
  }

  /** @param {import('playwright-core').Page} page @param {string} what */
  async function examined(page, what) {
    const { serious, wider } = await examine((body) => page.evaluate(`(async () => { ${body} })()`));
    assert.deepEqual(serious, [], what);
    assert.ok(wider <= 0, `${what} is ${wider} px wider than the window`);
  }

  for (const [size, look] of /** @type {const} */ ([
    ['a desktop', DESKTOP],
    ['a phone', PHONE],
  ])) {
    it(`a guest knocks, is held and let in by a host at ${size}`, async () => {
      const room = await openRoom(server, 'porte', { access: 'knock' });
      const [zoe, host] = [await guest(look), await person(owner, 'Claire', look)];
      const sounds = await countSounds(host);
      await askToJoin(zoe, server.url, room, 'Zoé');
      await standsAt(zoe, 'nobody');
      await zoe.getByText('Cette page s’ouvrira d’elle-même').waitFor();
      await examined(zoe, 'the lobby');

      // On her home page the host hears it, and goes.
      await host.locator('[data-knock-bell]').getByText('Zoé frappe à la porte').waitFor();
      await sounds.atLeast(1);
      // Other tabs hide the page, and not its title.
      const titled = (/** @type {string} */ mark) =>
        host.waitForFunction((wanted) => /^(\(\d+\) )?/.exec(document.title)?.[0] === wanted, mark);
      await titled('(1) ');
      await examined(host, 'the home page with a knock');
      // On her other pages she sees it, whichever of them rings.
      const another = await host.context().newPage();
      await another.goto(`${server.url}/settings/me`);
      await another.locator('[data-knock-bell]').getByText('Zoé frappe à la porte').waitFor();
      await another.close();
      await host.getByRole('link', { name: 'Aller répondre' }).click();
      await host.getByRole('button', { name: 'Rejoindre', exact: true }).click();
      await inCall(host);
      await standsAt(zoe, 'knocking');
      await cardOf(host, 'Zoé').waitFor();
      await sounds.atLeast(2);
      await titled('(1) ');
      await examined(host, 'the call with a knock');

      await answer(host, 'Zoé', 'Faire patienter');
      await standsAt(zoe, 'held');
      await cardOf(host, 'Zoé').getByText('Patiente', { exact: true }).waitFor();
      await answer(host, 'Zoé', 'Faire entrer');
      await inCall(zoe);
      await seesAndHears(zoe, ['Claire']);
      await seesAndHears(host, ['Zoé']);
      assert.equal(await host.locator('[data-knock]').count(), 0);
      await titled('');
    });
  }

  it('is told by the browser to a host who is elsewhere and has allowed it', async () => {
    const room = await openRoom(server, 'sonnette', { access: 'knock', name: 'Sonnette' });
    const [host, zoe] = [await person(owner, 'Claire'), await guest()];
    // Browsers of tests show nothing, and are always in front.
    await host.addInitScript(() => {
      const own = /** @type {any} */ (globalThis);
      own.told = [];
      own.Notification = class {
        static permission = 'granted';
        constructor(/** @type {string} */ text, /** @type {{ tag: string }} */ { tag }) {
          Object.assign(this, { text, tag, open: true });
          own.told.push(this);
        }
        close() {
          Object.assign(this, { open: false });
        }
      };
      Object.defineProperty(Document.prototype, 'hidden', { get: () => own.away === true });
    });
    await host.goto(`${server.url}/settings/me`);
    await host.getByText('Ce navigateur vous prévient.').waitFor();
    await host.evaluate(() => void Object.assign(globalThis, { away: true }));
    await askToJoin(zoe, server.url, room, 'Zoé');
    const told = (/** @type {boolean} */ open) =>
      host.waitForFunction(
        (wanted) => {
          const [only, ...others] = /** @type {any} */ (globalThis).told;
          return only?.open === wanted && others.length === 0 && /Zoé.*Sonnette/.test(only.text);
        },
        open,
        { polling: 100 },
      );
    await told(true);
    await zoe.getByRole('button', { name: 'Ne plus attendre' }).click();
    await told(false);
  });

  it('rings and opens quickly', async () => {
    const room = await openRoom(server, 'vite', { access: 'knock' });
    const host = await hostIn(room);
    await watchDoorOf(host);
    /** @type {import('./lib/door.mjs').Delays[]} */
    const rounds = [];
    for (let round = 0; round < 5; round++) {
      const zoe = await guest();
      rounds.push(await timeKnock(zoe, host, server.url, room, `Zoé ${round}`));
      await zoe.context().close();
    }
    console.log(`# knock to ring, admission to first picture (ms): ${JSON.stringify(rounds)}`);
    // A machine of tests has three browsers and more to do meanwhile: the best of some rounds tells.
    assert.ok(Math.min(...rounds.map(({ ring }) => ring)) <= 300, 'knock to ring');
    assert.ok(Math.min(...rounds.map(({ picture }) => picture)) <= 600, 'admission to first picture');
  });

  it('a refused guest stays out, and is a stranger with another browser', async () => {
    const room = await openRoom(server, 'refus', { access: 'knock' });
    const [zoe, host] = [await guest(), await hostIn(room)];
    await askToJoin(zoe, server.url, room, 'Zoé');
    await answer(host, 'Zoé', 'Refuser');
    await zoe.getByRole('heading', { name: 'Vous n’avez pas été admis à cette réunion' }).waitFor();
    await examined(zoe, 'the refusal');
    await askToJoin(zoe, server.url, room, 'Quelqu’un d’autre');
    await zoe.locator('[data-refusal="sent_away"]').waitFor();
    await zoe.context().clearCookies();
    await askToJoin(zoe, server.url, room, 'Zoé');
    await standsAt(zoe, 'knocking');
  });

  it('shows a hostile name as text, and nothing more', async () => {
    const room = await openRoom(server, 'noms', { access: 'knock' });
    const [zoe, host] = [await guest(), await hostIn(room)];
    const hostile = '<img src=x onerror=alert(1)> 👩‍💻 שלום';
    await askToJoin(zoe, server.url, room, hostile);
    await cardOf(host, hostile).waitFor();
    assert.equal(await host.locator('[data-knock] img[src="x"]').count(), 0);
    await answer(host, hostile, 'Faire entrer');
    await tileOf(host, hostile).waitFor();
    const direction = await guest();
    await askToJoin(direction, server.url, room, 'Zoé \u202egnp.exe');
    await direction.getByRole('alert').filter({ hasText: 'Ce nom ne peut pas être affiché' }).waitFor();
  });

  it('lets members pass, sends others to sign in, and everybody knocks at a locked door', async () => {
    const members = await openRoom(server, 'membres', { access: 'members' });
    const samir = await person('samir@example.org', 'Samir');
    await askToJoin(samir, server.url, members, 'Samir');
    await inCall(samir);
    const zoe = await guest();
    await askToJoin(zoe, server.url, members, 'Zoé');
    await zoe.locator('[data-refusal="members_only"]').waitFor();
    await examined(zoe, 'the door for members');
    await zoe.getByRole('main').getByRole('link', { name: 'Se connecter' }).waitFor();

    const locked = await openRoom(server, 'verrou', { access: 'locked' });
    await askToJoin(samir, server.url, locked, 'Samir');
    await standsAt(samir, 'nobody');
    const host = await hostIn(locked);
    await cardOf(host, 'Samir').getByText('connecté à un compte').waitFor();
  });

  it('the padlock is turned in the call, seen by all, and opens for those who wait', async () => {
    const room = await openRoom(server, 'cadenas', { access: 'knock' });
    const [host, zoe, ben] = [await hostIn(room), await guest(), await guest()];
    await askToJoin(zoe, server.url, room, 'Zoé');
    await answer(host, 'Zoé', 'Faire entrer');
    await inCall(zoe);
    await zoe.getByText('Les membres entrent, les autres frappent').waitFor();
    assert.equal(await zoe.getByRole('button', { name: /^Porte/ }).count(), 0, 'guests read it only');
    await askToJoin(ben, server.url, room, 'Ben');
    await standsAt(ben, 'knocking');
    await host.getByRole('button', { name: /^Porte/ }).click();
    await host.getByRole('menuitemradio', { name: 'Tout le monde entre' }).click();
    await inCall(ben);
    await zoe.getByText('Tout le monde entre').waitFor();
    await host.getByText('Tout le monde entre').waitFor();
  });

  it('three who knock come in at one word', async () => {
    const room = await openRoom(server, 'foule', { access: 'knock' });
    const host = await hostIn(room, PHONE);
    const [one, two, three] = [await guest(), await guest(), await guest()];
    const crowd = [one, two, three];
    for (const [i, page] of crowd.entries()) await askToJoin(page, server.url, room, `Invité ${i + 1}`);
    await host.locator('[data-knock]').nth(2).waitFor();
    for (const viewport of [{ width: 360, height: 640 }, { width: 740, height: 360 }, PHONE.viewport]) {
      await host.setViewportSize(viewport);
      // The cards scroll in their place: the way out is never below them.
      await host.waitForFunction(() => {
        const cards = document.querySelector('[data-knocks]')?.getBoundingClientRect();
        const bar = document.querySelector('[role="toolbar"]')?.getBoundingClientRect();
        return cards && bar && cards.height > 40 && cards.bottom <= bar.top;
      });
      await cardOf(host, 'Invité 3').getByRole('button', { name: 'Faire entrer' }).scrollIntoViewIfNeeded();
    }
    await host.getByRole('button', { name: 'Faire entrer les 3 personnes' }).click();
    await Promise.all(crowd.map(inCall));
    await host.locator('[data-knocks]').waitFor({ state: 'detached' });
    await openPeople(host, true);
    await examined(host, 'the list of people of a host with a phone');
    await host.getByRole('button', { name: 'Couper tous les micros' }).click();
    for (const page of crowd) await page.getByRole('button', { name: 'Micro coupé' }).waitFor();
    await actOn(host, 'Invité 2', 'Demander d’activer le micro');
    await two.locator('[data-asked-to-unmute]').waitFor();
  });

  it('a removed guest stays out, by reload, by another name and with emptied cookies', async () => {
    const room = await openRoom(server, 'exclue', { access: 'open' });
    const [host, zoe] = [await hostIn(room), await guest()];
    await askToJoin(zoe, server.url, room, 'Zoé');
    await inCall(zoe);
    await openPeople(host);
    await examined(host, 'the list of people of a host');
    await actOn(host, 'Zoé', 'Exclure de la réunion');
    await examined(host, 'the question before a removal');
    await host.getByRole('dialog').getByRole('button', { name: 'Exclure', exact: true }).click();
    await zoe.locator('[data-reason="removed"]').waitFor();
    // Nothing leads back to where one is not let in, and the door says why.
    assert.equal(await zoe.getByRole('button', { name: 'Revenir dans la salle' }).count(), 0);
    await zoe.getByRole('link', { name: 'Aller à l’accueil' }).waitFor();
    await askToJoin(zoe, server.url, room, 'Zoé');
    await zoe.locator('[data-refusal="removed"]').getByText('On vous a fait sortir').waitFor();
    await zoe.context().clearCookies();
    await askToJoin(zoe, server.url, room, 'Une autre');
    await standsAt(zoe, 'knocking');
    await cardOf(host, 'Une autre').waitFor();
  });

  it('a guest made host hears knocks and ends the meeting for all', async () => {
    const room = await openRoom(server, 'relais', { access: 'knock' });
    const [host, zoe, ben] = [await hostIn(room), await guest(), await guest()];
    await askToJoin(zoe, server.url, room, 'Zoé');
    await answer(host, 'Zoé', 'Faire entrer');
    await inCall(zoe);
    await openPeople(host);
    await actOn(host, 'Zoé', 'Nommer hôte de la réunion');
    await zoe.getByRole('button', { name: /^Porte/ }).waitFor();
    await host.getByRole('button', { name: 'Quitter' }).click();
    await askToJoin(ben, server.url, room, 'Ben');
    await answer(zoe, 'Ben', 'Faire entrer');
    await inCall(ben);
    await openPeople(zoe);
    await zoe.getByRole('button', { name: 'Terminer la réunion pour tous' }).click();
    await zoe.getByRole('dialog').getByRole('button', { name: 'Terminer pour tous' }).click();
    for (const page of [zoe, ben]) await page.locator('[data-reason="closed"]').waitFor();
    await askToJoin(zoe, server.url, room, 'Zoé');
    await standsAt(zoe, 'nobody');
  });

  it('hosts mute, and ask to unmute', async () => {
    const room = await openRoom(server, 'silence', { access: 'open' });
    const [host, zoe] = [
      await hostIn(room),
      await guest({ viewport: { width: 360, height: 640 }, touch: true }),
    ];
    await askToJoin(zoe, server.url, room, 'Zoé');
    await inCall(zoe);
    await seesAndHears(host, ['Zoé']);
    await openPeople(host);
    await host.getByRole('button', { name: 'Couper tous les micros' }).click();
    await zoe.getByRole('button', { name: 'Micro coupé' }).waitFor();
    await host.getByRole('button', { name: 'Micro activé' }).waitFor();
    await actOn(host, 'Zoé', 'Demander d’activer le micro');
    const asked = zoe.locator('[data-asked-to-unmute]');
    await asked.waitFor();
    await examined(zoe, 'being asked to unmute');
    // Whoever talks into a muted microphone is told so; whoever is asked to unmute already has that button.
    assert.equal(await zoe.getByRole('button', { name: 'Activer le micro', exact: true }).count(), 1);
    for (const button of await asked.getByRole('button').all()) {
      const cut = await button.evaluate((one) => {
        const { left, right } = one.getBoundingClientRect();
        const label = one.querySelector('.mantine-Button-label') ?? one;
        return left < 0 || right > window.innerWidth || label.scrollWidth > label.clientWidth;
      });
      assert.equal(cut, false, 'the buttons are whole, and in the window');
    }
    await asked.getByRole('button', { name: 'Activer le micro' }).click();
    await asked.waitFor({ state: 'detached' });
    await seesAndHears(host, ['Zoé']);
    await actOn(host, 'Zoé', 'Arrêter la vidéo');
    await zoe.getByRole('button', { name: 'Caméra coupée' }).waitFor();
  });

  it('waits for a place in a full room', async () => {
    const room = await openRoom(server, 'pleine', { access: 'open', people_limit: 1 });
    const [host, zoe] = [await hostIn(room), await guest()];
    await askToJoin(zoe, server.url, room, 'Zoé');
    await standsAt(zoe, 'full');
    await examined(zoe, 'waiting for a place');
    await host.getByRole('button', { name: 'Quitter' }).click();
    await inCall(zoe);
  });

  it('goes away from the door when told, or when the page is left', async () => {
    const room = await openRoom(server, 'depart', { access: 'knock' });
    const [host, zoe] = [await hostIn(room), await guest()];
    await askToJoin(zoe, server.url, room, 'Zoé');
    await cardOf(host, 'Zoé').waitFor();
    await zoe.getByRole('button', { name: 'Ne plus attendre' }).click();
    await cardOf(host, 'Zoé').waitFor({ state: 'detached' });
    await zoe.getByRole('button', { name: 'Rejoindre', exact: true }).click();
    await cardOf(host, 'Zoé').waitFor();
    await zoe.goto('about:blank');
    await cardOf(host, 'Zoé').waitFor({ state: 'detached' });
  });

  it('asks whoever is there on another device whether they mean to be twice', async () => {
    const room = await openRoom(server, 'double', { access: 'open' });
    await hostIn(room);
    const phone = await person(owner, 'Claire', PHONE);
    await askToJoin(phone, server.url, room, 'Claire');
    await phone.getByText('Vous êtes déjà dans cette réunion').waitFor();
    await examined(phone, 'being there already');
    await phone.getByRole('button', { name: 'Rejoindre aussi sur cet appareil' }).click();
    await inCall(phone);
  });

  it('can be answered without a mouse', async () => {
    const room = await openRoom(server, 'clavier', { access: 'knock' });
    const [host, zoe] = [await hostIn(room), await guest()];
    await askToJoin(zoe, server.url, room, 'Zoé');
    await cardOf(host, 'Zoé').waitFor();
    const button = host.getByRole('button', { name: 'Faire entrer Zoé' });
    for (let presses = 0; presses < 20; presses++) {
      if (await button.evaluate((element) => element === document.activeElement)) break;
      await host.keyboard.press('Tab');
    }
    await host.keyboard.press('Enter');
    await inCall(zoe);
  });

  it('lets members answer where the room says so', async () => {
    const room = await openRoom(server, 'membre', { access: 'knock' });
    await asOwner(server, 'PATCH', `/rooms/${room}`, { members_answer: true });
    const samir = await person('samir@example.org', 'Samir');
    await askToJoin(samir, server.url, room, 'Samir');
    await inCall(samir);
    const zoe = await guest();
    await askToJoin(zoe, server.url, room, 'Zoé');
    await standsAt(zoe, 'knocking');
    await answer(samir, 'Zoé', 'Faire entrer');
    await inCall(zoe);
    // He opens the door and does nothing else that hosts do.
    await openPeople(samir);
    await samir.getByRole('complementary').getByText('Zoé').waitFor();
    for (const name of [/^Porte/, /^Actions sur/, 'Couper tous les micros']) {
      assert.equal(await samir.getByRole('button', { name }).count(), 0, String(name));
    }
  });

  it('asks the only host before they leave the others without one', async () => {
    const room = await openRoom(server, 'seul', { access: 'open' });
    const [host, zoe] = [await hostIn(room), await guest()];
    await askToJoin(zoe, server.url, room, 'Zoé');
    await inCall(zoe);
    await tileOf(host, 'Zoé').waitFor();
    const asked = host.waitForEvent('dialog');
    const closing = host.close({ runBeforeUnload: true });
    const dialog = await asked;
    assert.equal(dialog.type(), 'beforeunload');
    await dialog.dismiss();
    await closing;

    const leave = host.getByRole('button', { name: 'Quitter', exact: true });
    await leave.click();
    const question = host.getByRole('dialog', { name: /^Quitter sans laisser d’hôte/ });
    await question.waitFor();
    await examined(host, 'the question before the only host leaves');
    await host.keyboard.press('Escape');

    // The small window asks as well, where it can be seen.
    const opening = host.context().waitForEvent('page');
    await host.getByRole('button', { name: 'Plus', exact: true }).click();
    await host.getByRole('menuitem', { name: 'Mini-fenêtre' }).click();
    const mini = await opening;
    await mini.setViewportSize({ width: 380, height: 320 });
    await mini.getByRole('button', { name: 'Quitter' }).click();
    const asks = mini.getByRole('alertdialog', { name: /^Quitter sans laisser d’hôte/ });
    await examined(mini, 'the question in the small window');
    await mini.keyboard.press('Escape');
    await mini.getByRole('button', { name: 'Quitter' }).and(mini.locator(':focus')).waitFor();
    await mini.keyboard.press('Enter');
    await asks.getByRole('button', { name: 'Annuler' }).click();
    await asks.waitFor({ state: 'detached' });
    await mini.getByRole('button', { name: 'Quitter' }).click();
    const closed = mini.waitForEvent('close');
    await asks.getByRole('button', { name: 'Choisir un hôte' }).click();
    await closed;
    await host.getByRole('button', { name: 'Actions sur Zoé' }).waitFor();
    await host.keyboard.press('Escape');

    await leave.click();
    await question.getByRole('button', { name: 'Choisir un hôte' }).click();
    await actOn(host, 'Zoé', 'Nommer hôte de la réunion');
    await zoe.getByRole('button', { name: /^Porte/ }).waitFor();
    await host.getByText('hôte').nth(1).waitFor();
    await leave.click();
    await host.locator('[data-reason="left"]').waitFor();

    await zoe.getByRole('button', { name: 'Quitter', exact: true }).click();
    await zoe.locator('[data-reason="left"]').waitFor();
  });

  it('ends without an error in any page', () => assert.deepEqual(browsers.errors, []));
});
