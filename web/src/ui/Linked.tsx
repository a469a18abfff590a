// A text somebody wrote, with its web addresses as links that can be followed; none of it becomes markup.
import { findLinks } from './links';

export function Linked({ text }: { text: string }) {
  return findLinks(text).map((piece, i) =>
    piece.href ? (
      <a key={i} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
        {piece.text}
      </a>
    ) : (
      piece.text
    ),
  );
}
