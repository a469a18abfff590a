// The key that goes with a letter in a shortcut: Cmd on Apple's systems, where Ctrl+D and Ctrl+E edit text, else Ctrl.
const apple = typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.userAgent);

/** As it is written on the keyboard. */
export const modifier = apple ? 'Cmd' : 'Ctrl';

/** As aria-keyshortcuts names it. */
export const ariaModifier = apple ? 'Meta' : 'Control';

export function withModifier(event: Pick<KeyboardEvent, 'ctrlKey' | 'metaKey'>): boolean {
  return apple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
}
