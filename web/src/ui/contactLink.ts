// Where a help contact leads: it is one line of text that may be an e-mail address, a page or a telephone number.

/** An address for a link; `null` for words that lead nowhere. */
export function contactLink(contact: string): string | null {
  if (/^https?:\/\/\S+$/i.test(contact)) return contact;
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(contact)) return `mailto:${contact}`;
  const digits = contact.replace(/[\s.()\u00a0\u202f-]/g, '');
  return /^\+?\d{6,15}$/.test(digits) ? `tel:${digits}` : null;
}
