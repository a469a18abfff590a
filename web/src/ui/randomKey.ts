// A name nobody else uses, for one request to the server; made without crypto.randomUUID, which plain http lacks.
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
