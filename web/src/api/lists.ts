// Lists that are imported: how a file is sent, and what the server tells about it.
import type { components } from './schema';

/** What every report about a list tells. */
export type ListReport = Omit<components['schemas']['ImportReport_PersonLine'], 'lines'>;

/** What every line of a report tells. */
export type ListLine = Pick<components['schemas']['PersonLine'], 'line' | 'outcome' | 'error'>;

/** A file as the body of a request, as it is: the server finds out how it is written. */
export function asBody(file: File) {
  return { body: '', bodySerializer: () => file, headers: { 'content-type': 'text/csv' } };
}
