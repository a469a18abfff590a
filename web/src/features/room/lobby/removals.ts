// The rooms this tab was put out of: their doors say the same to whoever was refused and to whoever was there and removed.

const key = 'palabre:removed';

function kept(): string[] {
  try {
    const read: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]');
    return Array.isArray(read) ? read.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

function keep(addresses: string[]): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(addresses));
  } catch {
    // Storage may refuse: the door then says that one was not admitted.
  }
}

/** A host removed the reader from the meeting that goes on there. */
export function noteRemoval(address: string): void {
  keep([...kept().filter((one) => one !== address), address]);
}

/** The door lets the reader in or knock again: it is another meeting. */
export function forgetRemoval(address: string): void {
  if (wasRemoved(address)) keep(kept().filter((one) => one !== address));
}

export function wasRemoved(address: string): boolean {
  return kept().includes(address);
}
