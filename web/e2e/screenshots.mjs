// Takes the pictures in docs/screenshots: what guests see at three widths, light and dark, and every other page on a desk
// by day and on a phone by night, with a small meeting in progress.
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { join as path } from 'node:path';
import { openChromium, openChromiums } from './lib/browser.mjs';
import { askToJoin, join, previewReady, receives, seesAndHears, tileOf } from './lib/call.mjs';
import { cardOf, openPeople, standsAt } from './lib/door.mjs';
import { drawnCamera } from './lib/drawnCamera.mjs';
import { chooserGives } from './lib/drawnScreen.mjs';
import { everyPage, furnish, newestMeeting } from './lib/everyPage.mjs';
import { signIn } from './lib/people.mjs';
import { owner } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

const folder = path(import.meta.dirname, '../../docs/screenshots');
mkdirSync(folder, { recursive: true });
const sizes = /** @type {const} */ ([
  { width: 360, height: 780 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]);
const room = 'equipe';
/** Rooms, as they are called. */
const names = { equipe: 'Équipe', recrutement: 'Recrutement', direction: 'Direction' };
/** The others, each with a backdrop of their own; the last has no camera. */
const guests = /** @type {const} */ ([
  {
    name: 'Jérôme Blanc',
    from: '#6a8272',
    to: '#39493f',
    skin: '#c99a7b',
    hair: '#4a3526',
    shirt: '#2f4a5e',
  },
  {
    name: 'Nadia Kessler',
    from: '#9a8466',
    to: '#57462f',
    skin: '#b98360',
    hair: '#1f1916',
    shirt: '#7a3b3b',
  },
  { name: 'Aminata Lô', from: '#6b7798', to: '#333c54', skin: '#7a4f37', hair: '#15110f', shirt: '#c98a3a' },
  { name: 'Théo Dumas', from: '#86708a', to: '#47364a', skin: '#dcae8e', hair: '#8a6a3f', shirt: '#3f5a45' },
  { name: 'Samir Rahal', from: '#555', to: '#333', skin: '#b98360', hair: '#222', shirt: '#444', off: true },
]);
const me = {
  name: 'Zoé Nguyen',
  from: '#64888c',
  to: '#304a4d',
  skin: '#d9a987',
  hair: '#2a1d18',
  shirt: '#1b6a4e',
};

/** @param {import('playwright-core').Page} page @param {string} name */
async function shoot(page, name) {
  const { width } = /** @type {{ width: number }} */ (page.viewportSize());
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => {
    const ends = (/** @type {Animation} */ one) => one.effect?.getComputedTiming().endTime !== Infinity;
    return Promise.all(
      document
        .getAnimations()
        .filter(ends)
        .map((one) => one.finished.catch(() => {})),
    );
  });
  const file = path(folder, `${name.replace('%', String(width))}.png`);
  await page.screenshot({ path: file });
  // The pictures live in git: a palette makes them a third as large; where ffmpeg is missing they stay as they are.
  const small = `${file}.small.png`;
  const palette = 'split[a][b];[a]palettegen=reserve_transparent=0[p];[b][p]paletteuse=dither=sierra2_4a';
  const { status } = spawnSync('ffmpeg', ['-v', 'error', '-y', '-i', file, '-lavfi', palette, small]);
  if (status === 0) renameSync(small, file);
}

// Behind this line everything happens on a real server.
const server = await startServer();
const house = await furnish(server);

/** Every page that is not pictured above, and the two sides of a door. @param {import('./lib/browser.mjs').Window} look */
async function shootPages(look) {
  const browsers = await openChromiums();
  const [guest, host] = [await browsers.somebody(look), await browsers.somebody(look)];
  for (const page of [guest, host]) await page.addInitScript(drawnCamera, { ...me, scale: 1 });
  await signIn(host, server, owner);
  for (const { name, path, guest: asGuest, shows } of everyPage) {
    const address = typeof path === 'string' ? path : path(house);
    // The first page is pictured above, and where the server is set up, the welcome leads there.
    if (name === 'home-guest' || name === 'welcome' || address === null) continue;
    const page = asGuest ? guest : host;
    await page.goto(server.url + address);
    await page.locator(shows).first().waitFor();
    await shoot(page, `${name}-%-${look.colorScheme}`);
  }
  await askToJoin(guest, server.url, 'recrutement', me.name);
  await guest.locator('[data-refusal="members_only"]').waitFor();
  await shoot(guest, `refusal-%-${look.colorScheme}`);
  await askToJoin(guest, server.url, 'direction', me.name);
  await standsAt(guest, 'nobody');
  await shoot(guest, `lobby-%-${look.colorScheme}`);
  await join(host, server.url, 'direction', 'Claire Martin');
  await cardOf(host, me.name).waitFor();
  await shoot(host, `knock-%-${look.colorScheme}`);
  await shootHosting(host, guest, look);
  await shootBeginnings(await browsers.somebody(look), look);
  if (browsers.errors.length > 0) throw new Error(browsers.errors.join('\n'));
  await browsers.close();
}

/**
 * The people of a call as its host sees them, and a shared screen as a guest does.
 * @param {import('playwright-core').Page} host @param {import('playwright-core').Page} guest
 * @param {import('./lib/browser.mjs').Window} look
 */
async function shootHosting(host, guest, { colorScheme, touch }) {
  await cardOf(host, me.name).getByRole('button').first().click();
  await guest.getByRole('toolbar').waitFor();
  await tileOf(host, me.name).locator('video').waitFor();
  await openPeople(host, touch);
  await host.getByRole('button', { name: `Actions sur ${me.name}` }).waitFor();
  await shoot(host, `call-people-%-${colorScheme}`);
  await host.keyboard.press('Escape');
  await host.evaluate(chooserGives, { surface: 'window', sound: false, ownTab: false });
  if (touch) await host.getByRole('button', { name: 'Plus', exact: true }).click();
  await host.getByRole('button', { name: touch ? 'Partager l’écran' : 'Partager', exact: true }).click();
  await tileOf(guest, 'Écran · Claire Martin').locator('video').waitFor();
  await receives(guest, (tracks) => tracks.some((one) => one.source === 'screen_share' && one.width >= 1280));
  await shoot(guest, `call-screen-%-${colorScheme}`);
}

/**
 * The code one signs in with, a camera that does not work, and the first run of a fresh server.
 * @param {import('playwright-core').Page} page @param {import('./lib/browser.mjs').Window} look
 */
async function shootBeginnings(page, { colorScheme }) {
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('Adresse électronique').fill('nadia@groupimo.example');
  await page.keyboard.press('Enter');
  await page.getByLabel('Code à six chiffres').waitFor();
  await shoot(page, `sign-in-code-%-${colorScheme}`);
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () =>
      Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
  });
  await page.goto(`${server.url}/${room}`);
  await page.locator('[data-failure]').first().waitFor();
  await shoot(page, `prejoin-failure-%-${colorScheme}`);
  const fresh = await startServer();
  await page.goto(await fresh.welcomeLink());
  await page.getByLabel('Nom de votre organisation').fill('Groupimo');
  await shoot(page, `welcome-%-${colorScheme}`);
  await fresh.stop();
}

const crowd = await openChromium({ viewport: { width: 640, height: 400 } });
try {
  for (const guest of guests) {
    const page = await crowd.context.newPage();
    await page.addInitScript(drawnCamera, { ...guest, scale: 0.75 });
    await join(page, server.url, room, guest.name);
    if ('off' in guest) await page.getByRole('button', { name: 'Caméra activée' }).click();
    if (guest.name !== 'Jérôme Blanc') await page.getByRole('button', { name: 'Micro activé' }).click();
  }
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    const recent = Object.entries(names).map(([address, name]) => ({ address, name }));
    const browser = await openChromium({
      colorScheme,
      storage: { 'palabre:name': me.name, 'palabre:rooms': JSON.stringify(recent) },
    });
    const page = await browser.context.newPage();
    await page.addInitScript(drawnCamera, { ...me, scale: 1 });
    const each = async (/** @type {string} */ name, ready = async () => {}) => {
      for (const size of sizes) {
        await page.setViewportSize(size);
        await ready();
        await shoot(page, name);
      }
    };
    await page.goto(server.url);
    await page.getByText('+3').first().waitFor();
    await each(`home-%-${colorScheme}`);
    await page.goto(`${server.url}/${room}`);
    await previewReady(page);
    await page.getByText('déjà là').waitFor();
    await each(`prejoin-%-${colorScheme}`, () => page.locator('[data-lit]').nth(2).waitFor());
    if (colorScheme === 'dark') {
      await page.getByRole('button', { name: 'Rejoindre', exact: true }).click();
      await page.getByRole('toolbar').waitFor();
      const seen = guests.filter((guest) => !('off' in guest)).map((guest) => guest.name);
      const alive = async () => {
        await page.waitForFunction(
          () => {
            const videos = [...document.querySelectorAll('[data-tile] video')];
            return videos.length >= 2 && videos.every((video) => getComputedStyle(video).opacity === '1');
          },
          undefined,
          { polling: 100 },
        );
        // A busy machine calls its own connections weak: worth a little patience, not a failure.
        const weak = page.getByText('Connexion faible').first();
        await weak.waitFor({ state: 'detached', timeout: 8000 }).catch(() => {});
        await page.locator('[data-tile][data-speaking]').first().waitFor();
      };
      await seesAndHears(page, seen, { sound: false });
      // The guests' arrival has been announced; the line is gone before the picture is taken.
      await page.locator('[data-announcer]').filter({ hasText: /^$/ }).waitFor({ state: 'attached' });
      await each('call-%-dark', alive);
      const [jerome, nadia] = crowd.context.pages().filter((one) => one.url().includes(room));
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.getByRole('button', { name: /^Discussion/ }).click();
      const say = async (
        /** @type {import('playwright-core').Page | undefined} */ who,
        /** @type {string} */ text,
      ) => {
        if (!who) return;
        const field = who.getByRole('textbox', { name: 'Écrire à tout le monde' });
        if ((await field.count()) === 0) {
          // In a small window the conversation is behind "more".
          const open = who.getByRole('button', { name: /^Discussion/ });
          if ((await open.count()) === 0) await who.getByRole('button', { name: /^Plus/ }).click();
          await open.click();
        }
        await field.fill(text);
        await field.press('Enter');
        await who.getByRole('log').getByText(text.slice(0, 12)).waitFor();
        await page.getByRole('log').getByText(text.slice(0, 12)).waitFor();
      };
      await say(nadia, 'Le compte rendu est prêt : https://visio.example/ordre-du-jour');
      await say(page, 'Parfait, merci à tous.');
      await say(jerome, 'On garde dix minutes pour les questions.');
      await each('call-chat-%-dark', async () => {
        // The sheet of a phone hides the stage; on wider screens both are seen.
        await page.getByRole('log').waitFor();
        if ((page.viewportSize()?.width ?? 0) > 768) await alive();
      });
      await page.setViewportSize({ width: 1280, height: 800 });
      await tileOf(page, 'Vous').waitFor();
      await page.getByRole('button', { name: 'Quitter' }).click();
      await page.getByRole('heading', { name: 'Vous avez quitté la salle' }).waitFor();
    } else {
      await page.getByRole('button', { name: 'Rejoindre sans micro ni caméra' }).click();
      await page.getByRole('toolbar').waitFor();
      await page.getByRole('button', { name: 'Quitter' }).click();
      await page.getByRole('heading', { name: 'Vous avez quitté la salle' }).waitFor();
    }
    await each(`goodbye-%-${colorScheme}`);
    if (browser.errors.length > 0) throw new Error(browser.errors.join('\n'));
    await browser.close();
  }
  house.meeting = await newestMeeting(server);
  const [phone, desk] = sizes;
  await shootPages({ colorScheme: 'light', viewport: desk });
  await shootPages({ colorScheme: 'dark', viewport: phone, touch: true });
} finally {
  await crowd.close();
  await server.stop();
}
