// Where a room is found: its link for browsers, and as one says it.

/** The whole link. */
export function linkOf(address: string): string {
  return `${location.origin}/${address}`;
}

/** The link as one reads it aloud: without https:// before it. */
export function spokenLinkOf(address: string): string {
  return `${location.host}/${address}`;
}
