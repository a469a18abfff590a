// Arrow keys walk along a row of buttons, as the role of a toolbar promises; the tabulator goes on working too.
import type { KeyboardEvent } from 'react';

export function walk(event: KeyboardEvent<HTMLElement>): void {
  // The bar may stand in a small window, whose focus is its own.
  const { activeElement } = event.currentTarget.ownerDocument;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('button:not(:disabled)')];
  const at = buttons.findIndex((button) => button === activeElement);
  if (at === -1) return;
  const last = buttons.length - 1;
  const next = {
    ArrowRight: at === last ? 0 : at + 1,
    ArrowLeft: at === 0 ? last : at - 1,
    Home: 0,
    End: last,
  }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  buttons[next]?.focus();
}
