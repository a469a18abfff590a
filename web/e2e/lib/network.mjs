// A network of its own for a test: it holds a loopback interface and a way out that leads nowhere, and drops what it is
// told to.
import { spawn, spawnSync } from 'node:child_process';

/** Why networks cannot be made here; null when they can. */
export function whyNoNetworks() {
  if (process.getuid?.() !== 0) return 'only root makes networks: run this file with sudo';
  const can = spawnSync('unshare', ['--net', 'nft', 'list', 'ruleset']);
  return can.status === 0
    ? null
    : 'unshare (util-linux) and nft (nftables) are needed: scripts/set-up networks';
}

/**
 * Runs a file of tests in a network of its own, which goes with its last process.
 * @param {string} file
 * @returns {Promise<{ passed: boolean, output: string }>}
 */
export function runInside(file) {
  // Firefox gathers nothing, not even by loopback, on a machine without a default route.
  const start = [
    'ip link set dev lo up',
    'ip link add name way type veth peer name nowhere',
    'ip address add 192.0.2.1/24 dev way',
    'ip link set dev nowhere up',
    'ip link set dev way up',
    'ip route add default dev way',
    'exec "$0" --test --test-reporter=spec "$1"',
  ].join(' && ');
  // A runner inside a runner would speak to the outer one instead of printing.
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
  const child = spawn('unshare', ['--net', 'sh', '-c', start, process.execPath, file], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ passed: code === 0, output })));
}

/** From now on the network this process is in drops what these rules of nft match. @param {string[]} rules */
export function drop(rules) {
  const chain = 'add table inet palabre; add chain inet palabre in { type filter hook input priority 0; }';
  const added = rules.map((rule) => `add rule inet palabre in ${rule} drop`);
  const done = spawnSync('nft', ['-f', '-'], { input: [chain, ...added, ''].join('\n'), encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`nft: ${done.stderr}`);
}
