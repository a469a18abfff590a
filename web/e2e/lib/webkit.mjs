// Opens WebKit (WebKitGTK's small browser on a screen of its own) for the pages outside the call.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Builder, Capabilities } from 'selenium-webdriver';
import { freeTcpPort } from './server.mjs';

/** Debian keeps the small browser beside the library it belongs to. */
function miniBrowser() {
  if (process.env.WEBKIT) return process.env.WEBKIT;
  const folders = readdirSync('/usr/lib', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      ['4.1', '4.0', '6.0'].map((version) => `/usr/lib/${name}/webkit2gtk-${version}/MiniBrowser`),
    );
  const found = folders.find((path) => existsSync(path));
  if (!found) throw new Error('WebKitGTK’s MiniBrowser is missing: install webkit2gtk-driver');
  return found;
}

/** A screen nobody sees; answers when it is there. */
async function openScreen() {
  const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const told = /** @type {import('node:stream').Readable} */ (screen.stdio[3]);
  const [number] = await once(createInterface({ input: told }), 'line');
  return { screen, display: `:${String(number).trim()}` };
}

/** Waits until the driver takes sessions: it says nothing when it does. @param {number} port */
async function ready(port) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/status`).catch(() => null);
    if (answer?.ok) return;
    if (Date.now() > deadline) throw new Error('WebKitWebDriver did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @param {{ width?: number, height?: number }} [size] */
export async function openWebKit({ width = 1280, height = 800 } = {}) {
  const { screen, display } = await openScreen();
  const port = await freeTcpPort();
  const environment = { ...process.env, DISPLAY: display, LANG: 'fr_FR.UTF-8', LANGUAGE: 'fr' };
  const service = spawn('WebKitWebDriver', [`--port=${port}`], { env: environment, stdio: 'ignore' });
  await ready(port);
  const capabilities = new Capabilities({ browserName: 'MiniBrowser' });
  capabilities.set('webkitgtk:browserOptions', { binary: miniBrowser(), args: ['--automation'] });
  const driver = await new Builder()
    .usingServer(`http://127.0.0.1:${port}`)
    .withCapabilities(capabilities)
    .disableEnvironmentOverrides()
    .build();
  await driver.manage().window().setRect({ x: 0, y: 0, width, height });
  return {
    driver,
    close: async () => {
      await driver.quit().catch(() => {});
      for (const child of [service, screen]) {
        child.kill();
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
    },
  };
}
