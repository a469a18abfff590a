// Networks that let not everything pass: calls go by TCP where UDP does not, and who cannot be reached at all is told.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { runInside, whyNoNetworks } from './lib/network.mjs';

const skip = whyNoNetworks() ?? false;

it('a call reaches whom it can, and whom it cannot is told', { skip, timeout: 240_000 }, async () => {
  const { passed, output } = await runInside(join(import.meta.dirname, 'inside/networks.mjs'));
  assert.ok(passed, output);
});
