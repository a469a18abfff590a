// Rows of things: a table on a wide screen, cards on a phone; the same to those who listen.
import type { CSSProperties, ReactNode } from 'react';
import classes from './Table.module.css';

export interface Column<T> {
  id: string;
  /** Read before the value on a phone, and to those who listen. */
  name: string;
  cell: (row: T) => ReactNode;
  /** A width of CSS grid; as wide as others without. */
  width?: string;
  /** On a phone the cell says what it is by itself. */
  plain?: boolean;
  /** Holds what can be done with the row: its name is for those who listen. */
  buttons?: boolean;
}

interface TableProps<T> {
  /** What the rows are, for those who listen. */
  name: string;
  columns: Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  /** Of a row that says that something is wrong, or that is there no more. */
  tone?: (row: T) => 'bad' | 'quiet' | undefined;
}

/** Roles are written out: elements that are laid out as a grid lose those they were born with. */
export function Table<T>({ name, columns, rows, keyOf, tone }: TableProps<T>) {
  const widths = columns.map(({ width }) => width ?? 'minmax(0, 1fr)').join(' ');
  return (
    <table
      role="table"
      aria-label={name}
      className={classes.table}
      style={{ '--columns': widths } as CSSProperties}
    >
      <thead role="rowgroup" className={classes.head}>
        <tr role="row" className={classes.row}>
          {columns.map((column) => (
            <th key={column.id} role="columnheader" scope="col">
              <span className={column.buttons ? 'visually-hidden' : undefined}>{column.name}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" className={classes.body}>
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row" className={classes.row} data-tone={tone?.(row)}>
            {columns.map((column) => {
              const value = column.cell(row) ?? '';
              return (
                <td key={column.id} role="cell" className={classes.cell}>
                  {!column.plain && !column.buttons && value !== '' && (
                    <span className={classes.label} aria-hidden="true">
                      {column.name}
                    </span>
                  )}
                  {value}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
