// Links in messages can be followed, and nothing else becomes markup.
import { expect, it } from 'vitest';
import { findLinks } from '../ui/links';

const hrefs = (text: string) => findLinks(text).flatMap((piece) => piece.href ?? []);

it.each([
  ['voir https://a.fr/x.', ['https://a.fr/x']],
  ['(https://a.fr/x)', ['https://a.fr/x']],
  ['https://fr.wikipedia.org/wiki/Arbre_(palabre)', ['https://fr.wikipedia.org/wiki/Arbre_(palabre)']],
  ['https://a.fr, https://b.fr/?q=1&r=2 !', ['https://a.fr', 'https://b.fr/?q=1&r=2']],
  ['javascript:alert(1) ftp://a.fr www.a.fr', []],
  ['« https://a.fr/x »', ['https://a.fr/x']],
])('%j', (text, found) => expect(hrefs(text)).toEqual(found));

it('loses no letter of the message', () => {
  for (const text of ['', 'rien', 'a https://b.fr c', 'https://b.fr.', '<b>https://b.fr</b>']) {
    expect(
      findLinks(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  }
});
