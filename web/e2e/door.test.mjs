// The door of a room: every failure of a device is told apart, names are asked for, and it opens quickly.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { openChromium } from './lib/browser.mjs';
import { previewReady } from './lib/call.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';
import { openCold } from './lib/weight.mjs';

describe('the door', { timeout: 180_000 }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof openChromium>>} */
  let browser;
  before(async () => {
    server = await startServer();
    browser = await openChromium();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /**
   * A page whose devices fail in the given way until told otherwise.
   * @param {{ name: string, message: string, permission?: PermissionState, camera?: boolean }} failure
   */
  async function pageWith(failure) {
    const page = await browser.context.newPage();
    await page.addInitScript((how) => {
      const media = navigator.mediaDevices;
      const real = media.getUserMedia.bind(media);
      let running = 0;
      media.getUserMedia = async (wanted) => {
        if (++running > 1) window.__twiceAtOnce = true;
        try {
          const fails = how.camera ? wanted?.video : true;
          if (fails && !window.__repaired) throw new DOMException(how.message, how.name);
          return await real(wanted);
        } finally {
          running--;
        }
      };
      const query = navigator.permissions.query.bind(navigator.permissions);
      navigator.permissions.query = async (what) => {
        const status = await query(what);
        if (how.permission) Object.defineProperty(status, 'state', { value: how.permission });
        return status;
      };
    }, failure);
    await page.goto(`${server.url}/${await openRoom(server)}`);
    return page;
  }

  const failures = /** @type {const} */ ([
    [
      'refused_page',
      { name: 'NotAllowedError', message: 'Permission denied', permission: 'denied' },
      /n’a pas le droit/,
    ],
    [
      'refused_system',
      { name: 'NotAllowedError', message: 'Permission denied by system' },
      /Votre système interdit/,
    ],
    ['no_device', { name: 'NotFoundError', message: 'Requested device not found' }, /Ni micro ni caméra/],
    ['busy', { name: 'NotReadableError', message: 'Could not start video source' }, /autre application/],
  ]);
  for (const [kind, failure, words] of failures) {
    it(`explains ${kind}, and heals with one click`, async () => {
      const page = await pageWith(failure);
      const help = page.getByRole('alert').and(page.locator(`[data-failure="${kind}"]`));
      await help.filter({ hasText: words }).waitFor();
      await page.evaluate(() => /** @type {any} */ (window.__repaired = true));
      await help.getByRole('button', { name: 'Réessayer' }).click();
      await previewReady(page);
      await help.waitFor({ state: 'detached' });
      assert.equal(await page.evaluate(() => window.__twiceAtOnce), undefined);
      await page.close();
    });
  }

  it('keeps the microphone when only the camera fails', async () => {
    const page = await pageWith({ name: 'NotReadableError', message: 'in use', camera: true });
    await page.getByText('La caméra est utilisée par une autre application').waitFor();
    await page.getByRole('button', { name: 'Micro activé' }).waitFor();
    await page.locator('[data-lit]').first().waitFor();
    await page.close();
  });

  it('explains a page that was not opened securely', async () => {
    const page = await browser.context.newPage();
    await page.addInitScript(() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined }));
    await page.goto(`${server.url}/${await openRoom(server)}`);
    await page.locator('[data-failure="insecure"]').getByText('https', { exact: false }).first().waitFor();
    await page.getByRole('textbox', { name: 'Votre nom' }).fill('Zoé');
    await page.getByRole('button', { name: 'Rejoindre sans micro ni caméra' }).click();
    await page.getByRole('toolbar').waitFor();
    await page.close();
  });

  it('shows the level of the voice, plays the test sound, switches devices off and on', async () => {
    const page = await browser.context.newPage();
    await page.goto(`${server.url}/${await openRoom(server)}`);
    await previewReady(page);
    await page.locator('[data-lit]').nth(1).waitFor();
    await page.getByRole('button', { name: 'Tester le son' }).click();
    await page.getByText('Écoutez').waitFor();
    await page.keyboard.press('Control+d');
    await page.getByRole('button', { name: 'Micro coupé' }).waitFor();
    await page.waitForFunction(() => document.querySelectorAll('[data-lit]').length === 0, undefined, {
      polling: 100,
    });
    await page.keyboard.press('Control+e');
    await page.getByRole('button', { name: 'Caméra coupée' }).waitFor();
    await page.waitForFunction(() => !document.querySelector('video[data-shown]'), undefined, {
      polling: 100,
    });
    await page.keyboard.press('Control+e');
    await previewReady(page);
    await page.keyboard.press('Control+d');
    await page.getByRole('button', { name: 'Micro activé' }).waitFor();
    await page.close();
  });

  it('asks for a name, remembers it, and joins with Enter', async () => {
    const page = await browser.context.newPage();
    await page.goto(`${server.url}/${await openRoom(server)}`);
    await page.evaluate(() => localStorage.removeItem('palabre:name'));
    await page.reload();
    await page.getByRole('button', { name: 'Rejoindre', exact: true }).click();
    await page.getByText('Dites qui vous êtes').waitFor();
    await page.getByRole('textbox', { name: 'Votre nom' }).fill('Aminata Lô');
    await page.keyboard.press('Enter');
    await page.getByRole('toolbar').waitFor();
    await page.getByRole('button', { name: 'Quitter' }).click();
    await page.getByRole('button', { name: 'Revenir dans la salle' }).click();
    await page.waitForFunction(() => document.querySelector('input')?.value === 'Aminata Lô', undefined, {
      polling: 100,
    });
    await page.close();
  });

  it('finds the room that was meant', async () => {
    const page = await browser.context.newPage();
    await page.goto(server.url);
    await page.getByRole('textbox', { name: 'Nom de la salle' }).fill('Équipe d’été');
    await page.getByText(/\/equipe-d-ete/).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/equipe-d-ete');
    await page.goto(`${server.url}/%C3%89quipe`);
    await page.waitForURL('**/equipe');
    await page.close();
  });

  it('stays light, and fetches the code of a call only once one can join', async () => {
    const { bytes, fetched } = await openCold(browser.context, `${server.url}/${await openRoom(server)}`);
    console.log(`# the room page weighs ${Math.round(bytes / 1000)} kB before joining`);
    assert.ok(bytes <= 350_000, `${bytes} bytes: ${fetched.join(' ')}`);
    const names = fetched.map((address) => new URL(address).pathname);
    assert.equal(names.filter((name) => name.endsWith('.woff2')).length, 2, 'both typefaces are counted');
    assert.deepEqual(
      names.filter((name) => /CallModel|CallScreen/.test(name)),
      [],
    );
    const said = await Promise.all(
      fetched
        .filter((address) => address.endsWith('.js'))
        .map(async (address) => {
          const code = await (await fetch(address)).text();
          return [...code.matchAll(/["'`](\w+):\w+(?:\.\w+)*["'`]/g)].map(([, topic]) => topic);
        }),
    );
    const topics = readdirSync(new URL('../../locales/fr', import.meta.url)).map((file) => file.slice(0, -5));
    const sayable = new Set(said.flat().filter((topic) => topics.includes(topic ?? '')));
    assert.deepEqual([...sayable].sort(), ['common', 'devices', 'errors', 'goodbye', 'lobby', 'prejoin']);
    // Then it comes by itself, before anybody presses a button.
    const page = await browser.context.newPage();
    const code = page.waitForResponse(/CallModel.*\.js/);
    await page.goto(`${server.url}/${await openRoom(server)}`);
    assert.ok((await code).ok());
    await page.close();
  });

  /** @type {[string, number, string, RegExp][]} */
  const refusals = [
    ['in a hurry', 429, 'too_many_requests', /Attendez une minute/],
    ['broken', 500, 'internal', /n’a pas fonctionné sur le serveur/],
    ['away', 0, '', /Le serveur ne répond pas/],
  ];
  for (const [what, status, code, words] of refusals) {
    it(`says that the server is ${what}, and lets try again`, async () => {
      const page = await browser.context.newPage();
      let answered = 0;
      await page.route('**/api/v1/rooms/*/join', (route) => {
        if (answered++ > 0) return route.continue();
        if (status === 0) return route.abort();
        return route.fulfill({ status, json: { code, message: code, details: null } });
      });
      await page.goto(`${server.url}/${await openRoom(server)}`);
      await previewReady(page);
      await page.getByRole('textbox', { name: 'Votre nom' }).fill('Zoé');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').filter({ hasText: words }).waitFor();
      await previewReady(page);
      await page.getByRole('button', { name: 'Rejoindre', exact: true }).click();
      await page.getByRole('toolbar').waitFor();
      await page.close();
    });
  }

  it('ends without an error in any page', () => assert.deepEqual(browser.errors, []));
});
