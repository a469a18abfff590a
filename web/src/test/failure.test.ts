// Each failure of a device has its own remedy, so each must be recognised in each browser.
import { expect, it } from 'vitest';
import { browserOf, classifyFailure, type FailureClues } from '../call/failure';

const clues = (change: Partial<FailureClues>): FailureClues => ({
  name: 'NotAllowedError',
  message: '',
  browser: 'chromium',
  secure: true,
  ...change,
});

it.each<[string, Partial<FailureClues>, string]>([
  ['Chromium, refused for the site', { message: 'Permission denied', permission: 'denied' }, 'refused_page'],
  ['Chromium, question dismissed', { message: 'Permission dismissed', permission: 'prompt' }, 'refused_page'],
  ['Chromium, refused by the system', { message: 'Permission denied by system' }, 'refused_system'],
  ['Firefox, refused for the site', { browser: 'firefox', permission: 'denied' }, 'refused_page'],
  ['Firefox, permission given yet refused', { browser: 'firefox', permission: 'granted' }, 'refused_system'],
  ['Safari, refused without a word', { browser: 'safari' }, 'refused_page'],
  ['Safari, permission given yet refused', { browser: 'safari', permission: 'granted' }, 'refused_system'],
  ['no device', { name: 'NotFoundError' }, 'no_device'],
  ['no device with that id', { name: 'OverconstrainedError' }, 'no_device'],
  ['held by another application', { name: 'NotReadableError' }, 'busy'],
  ['held, as Firefox says it', { name: 'AbortError', browser: 'firefox' }, 'busy'],
  ['plain http', { name: 'SecurityError', secure: false }, 'insecure'],
  ['anything else', { name: 'TypeError' }, 'unknown'],
])('%s', (_, change, kind) => expect(classifyFailure(clues(change))).toBe(kind));

it.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'firefox'],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
    'chromium',
  ],
  ['Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15', 'safari'],
  [
    'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile Safari/604.1',
    'chromium',
  ],
])('knows the browser of %s', (agent, browser) => expect(browserOf(agent)).toBe(browser));
