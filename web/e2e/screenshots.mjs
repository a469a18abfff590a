// Takes the pictures in docs/screenshots: each page at three widths, light and dark, with a small meeting in progress.
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { join as path } from 'node:path';
import { openChromium } from './lib/browser.mjs';
import { join, previewReady, seesAndHears, tileOf } from './lib/call.mjs';
import { openRoom } from './lib/rooms.mjs';
import { startServer } from './lib/server.mjs';

const folder = path(import.meta.dirname, '../../docs/screenshots');
mkdirSync(folder, { recursive: true });
const sizes = [
  { width: 360, height: 780 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
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

/** Replaces the camera by a drawn person, so that no two tiles look alike and nobody's face is used. */
function drawnCamera(/** @type {any} */ look) {
  const media = navigator.mediaDevices;
  const real = media.getUserMedia.bind(media);
  const draw = () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1280 * look.scale, 720 * look.scale];
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    pen.scale(look.scale, look.scale);
    const paint = () => {
      const sway = Math.sin(performance.now() / 900) * 6;
      const wall = pen.createLinearGradient(0, 0, 1280, 720);
      wall.addColorStop(0, look.from);
      wall.addColorStop(1, look.to);
      pen.fillStyle = wall;
      pen.fillRect(0, 0, 1280, 720);
      pen.fillStyle = 'rgb(255 255 255 / .07)';
      pen.fillRect(150, 60, 220, 300);
      pen.fillRect(940, 110, 190, 190);
      const ellipse = (
        /** @type {[number, number, number, number]} */ [x, y, rx, ry],
        /** @type {string} */ colour,
      ) => {
        pen.fillStyle = colour;
        pen.beginPath();
        pen.ellipse(x + sway, y, rx, ry, 0, 0, Math.PI * 2);
        pen.fill();
      };
      ellipse([640, 290, 142, 168], look.hair);
      ellipse([640, 760, 300, 250], look.shirt);
      pen.fillStyle = look.skin;
      pen.fillRect(590 + sway, 420, 100, 120);
      ellipse([640, 545, 62, 40], look.skin);
      ellipse([640, 325, 112, 142], look.skin);
      pen.fillStyle = look.hair;
      pen.beginPath();
      pen.ellipse(640 + sway, 235, 122, 86, 0, Math.PI, 0);
      pen.fill();
      for (const x of [598, 682]) ellipse([x, 325, 9, 11], '#2a201b');
      pen.strokeStyle = '#7d4a3c';
      pen.lineWidth = 7;
      pen.lineCap = 'round';
      pen.beginPath();
      pen.arc(640 + sway, 372, 34, 0.2 * Math.PI, 0.8 * Math.PI);
      pen.stroke();
    };
    paint();
    setInterval(paint, 100);
    const [track] = canvas.captureStream(10).getVideoTracks();
    if (!track) throw new Error('no picture');
    return track;
  };
  media.getUserMedia = async (wanted) => {
    const tracks = wanted?.audio ? (await real({ audio: wanted.audio })).getAudioTracks() : [];
    if (wanted?.video) tracks.push(draw());
    return new MediaStream(tracks);
  };
  media.enumerateDevices = async () =>
    /** @type {any} */ ([
      { kind: 'audioinput', deviceId: 'default', label: 'Micro intégré' },
      { kind: 'audioinput', deviceId: 'casque', label: 'Casque Jabra' },
      { kind: 'videoinput', deviceId: 'camera', label: 'FaceTime HD' },
      { kind: 'audiooutput', deviceId: 'default', label: 'Haut-parleurs' },
    ]);
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function shoot(page, name) {
  const { width } = /** @type {{ width: number }} */ (page.viewportSize());
  const file = path(folder, `${name.replace('%', String(width))}.png`);
  await page.screenshot({ path: file });
  // The pictures live in git: a palette makes them a third as large; where ffmpeg is missing they stay as they are.
  const small = `${file}.small.png`;
  const palette = 'split[a][b];[a]palettegen=reserve_transparent=0[p];[b][p]paletteuse=dither=sierra2_4a';
  const { status } = spawnSync('ffmpeg', ['-v', 'error', '-y', '-i', file, '-lavfi', palette, small]);
  if (status === 0) renameSync(small, file);
}

// Behind this line everything happens in one room of a real server.
const server = await startServer();
for (const [address, name] of Object.entries(names)) await openRoom(server, address, { address, name });
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
        await page.evaluate(() => document.fonts.ready);
        await page.evaluate(() =>
          Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {}))),
        );
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
        if ((await field.count()) === 0) await who.getByRole('button', { name: /^Discussion/ }).click();
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
} finally {
  await crowd.close();
  await server.stop();
}
