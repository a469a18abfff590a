// Shortcuts go with the key of the system: on Apple's, Ctrl+D and Ctrl+E edit the text one is writing.
import { beforeEach, expect, it, vi } from 'vitest';

beforeEach(() => vi.resetModules());

const pressed = async (userAgent: string, keys: { ctrlKey: boolean; metaKey: boolean }) => {
  vi.stubGlobal('navigator', { userAgent });
  return (await import('../features/room/modifier')).withModifier(keys);
};
const ctrl = { ctrlKey: true, metaKey: false };
const cmd = { ctrlKey: false, metaKey: true };

it.each([
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', cmd, true],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', ctrl, false],
  ['Mozilla/5.0 (X11; Linux x86_64)', ctrl, true],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64)', cmd, false],
])('%s, %j: %j', async (userAgent, keys, goes) => expect(await pressed(userAgent, keys)).toBe(goes));
