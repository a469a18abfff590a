// What the audit trail tells besides: one line for each field, and from what to what for a change.

function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function detailsOf(details: unknown): string[] {
  if (typeof details !== 'object' || details === null) return [];
  return Object.entries(details as Record<string, unknown>).map(([field, value]) => {
    if (typeof value === 'object' && value !== null && 'from' in value && 'to' in value) {
      return `${field}: ${shown(value.from)} → ${shown(value.to)}`;
    }
    return `${field}: ${shown(value)}`;
  });
}
