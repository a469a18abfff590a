// Wearing another colour at once: the server writes its shades into each page it answers, and this page had the former.
import type { SchemeShades } from '../api/organisation';

/** As the server writes them (crates/server/src/http/page.rs); `null` is Palabre's own colour. */
export function wearAccent(shades: { light: SchemeShades; dark: SchemeShades } | null): void {
  const id = 'accent';
  document.getElementById(id)?.remove();
  if (shades === null) return;
  const block = ({ colour, hover, tint, on }: SchemeShades) =>
    `--leaf:${colour};--leaf-hover:${hover};--leaf-tint:${tint};--on-leaf:${on}`;
  const style = document.createElement('style');
  style.id = id;
  style.textContent = `html:root{${block(shades.light)}}html:root[data-mantine-color-scheme=dark]{${block(shades.dark)}}`;
  document.head.append(style);
}
