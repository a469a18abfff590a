// The server a test runs against: PALABRE_URL when set, otherwise our own binary on free ports with an empty folder.
import { spawn, spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const binary = process.env.PALABRE_BINARY ?? join(import.meta.dirname, '../../../target/debug/palabre');

/** @returns {Promise<number>} */
export function freeTcpPort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {net.AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}

/** A port that is free by TCP and by UDP: media uses both. @returns {Promise<number>} */
async function freeMediaPort() {
  for (;;) {
    const port = await freeTcpPort();
    const probe = dgram.createSocket('udp4');
    const free = await new Promise((resolve) => {
      probe.once('error', () => resolve(false));
      probe.bind(port, '127.0.0.1', () => resolve(true));
    });
    probe.close();
    if (free) return port;
  }
}

/**
 * @typedef {{ key: string, secret: string, twirp: string }} ApiKey
 * @typedef {{ name?: string, role?: 'owner' | 'admin' | 'member' }} Somebody
 * @returns {Promise<{ url: string, mediaPort: number, apiKey: () => Promise<ApiKey>,
 *   linkFor: (email: string, who?: Somebody) => string, tokenFor: (email: string, scopes: string[]) => string,
 *   welcomeLink: () => Promise<string>, stop: () => Promise<void> }>}
 */
export async function startServer() {
  if (process.env.PALABRE_URL) {
    const mediaPort = Number(process.env.PALABRE_MEDIA_PORT ?? 7882);
    return {
      url: process.env.PALABRE_URL.replace(/\/$/, ''),
      mediaPort,
      apiKey: async () => ({
        key: process.env.PALABRE_API_KEY ?? '',
        secret: process.env.PALABRE_API_SECRET ?? '',
        twirp: process.env.PALABRE_TWIRP_URL ?? process.env.PALABRE_URL ?? '',
      }),
      linkFor: () => {
        throw new Error('people are added to our own server only');
      },
      tokenFor: () => {
        const token = process.env.PALABRE_TOKEN;
        if (!token)
          throw new Error('PALABRE_TOKEN is missing: an API token of an owner, for rooms and people');
        return token;
      },
      welcomeLink: () => Promise.reject(new Error('only our own server is set up anew')),
      stop: async () => {},
    };
  }
  const data = mkdtempSync(join(tmpdir(), 'palabre-e2e-'));
  const [port, mediaPort] = [await freeTcpPort(), await freeMediaPort()];
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    binary,
    ['serve', '--data', data, '--listen', `127.0.0.1:${port}`, '--media-port', String(mediaPort)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let log = '';
  child.stdout.on('data', (chunk) => (log += chunk));
  child.stderr.on('data', (chunk) => (log += chunk));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const deadline = Date.now() + 15_000;
  for (;;) {
    const ready = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) break;
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`the server did not become ready:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  /** @param {string[]} command what `palabre` does to this server's folder; what it prints */
  const palabre = (...command) => {
    const done = spawnSync(binary, [...command, '--data', data, '--json'], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`palabre ${command.slice(0, 2).join(' ')}: ${done.stderr}`);
    return JSON.parse(done.stdout);
  };
  /** @param {string} email @param {Somebody} [who] */
  const add = (email, { name, role } = {}) =>
    palabre('people', 'add', email, ...(name ? ['--name', name] : []), ...(role ? ['--role', role] : []));
  return {
    url,
    mediaPort,
    /** A key like an operator's: the running server knows it within a second. */
    apiKey: async () => ({ ...palabre('keys', 'add', 'e2e'), twirp: url }),
    /** Adds somebody (the first one is owner), or finds them; the address that signs them in once. */
    linkFor: (email, who) => `${url}/sign-in${new URL(add(email, who).link).hash}`,
    /** An API token of somebody, who is added when nobody has the address. */
    tokenFor: (email, scopes) => {
      add(email);
      return palabre('tokens', 'add', email, 'e2e', ...scopes.flatMap((scope) => ['--scope', scope])).token;
    },
    /** What a server without an organisation prints when it starts. */
    welcomeLink: async () => {
      // It is printed once the server is ready, which one may know before it has arrived here.
      for (;;) {
        const link = /(\S+\/welcome#\S+)\s/.exec(log)?.[1];
        if (link) return link;
        await once(child.stdout, 'data', { signal: AbortSignal.timeout(5000) });
      }
    },
    stop: async () => {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(late);
      if (process.env.PALABRE_LOG) process.stderr.write(log);
      rmSync(data, { recursive: true, force: true });
    },
  };
}
