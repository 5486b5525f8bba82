import type { MaterializationView, TableView } from "../models";

const MOST_NUMBERS = 3;
const SHORT = 60;

/** The asset and its numbers, which a narrow table can hold: null when there are too many of them, or none. */
export function numbersOf(table: TableView): TableView | null {
  const numbers = table.columns.flatMap((column, at) => (column.align === "right" ? [at] : []));
  if (numbers.length === 0 || numbers.length > MOST_NUMBERS) return null;
  const kept = [0, ...numbers];
  return { ...table, columns: kept.flatMap((at) => table.columns[at] ?? []), rows: table.rows.map((row) => kept.map((at) => row[at] ?? "")) };
}

/** Whether a materialization says more than `table` shows. */
export function hasMore(item: MaterializationView, table: TableView): boolean {
  const shown = new Set(table.columns.map((column) => column.name));
  return item.description !== "" || item.entries.some((entry) => !shown.has(entry.label) || entry.description !== "");
}

/** The entries with the long ones last, so that no text pushes a number out of view. */
export const shortFirst = <T extends { readonly text: string; readonly table: TableView | null }>(entries: readonly T[]): readonly T[] => {
  const isLong = (entry: T): boolean => entry.table !== null || entry.text.length > SHORT || entry.text.includes("\n");
  return [...entries.filter((entry) => !isLong(entry)), ...entries.filter(isLong)];
};

/** The first `most` rows of a table, which say so. */
export function firstRows(table: TableView, most: number): TableView {
  if (table.rows.length <= most) return table;
  const note = /^[\d,]+ of ([\d,]+ rows.*)$/.exec(table.note);
  return { ...table, rows: table.rows.slice(0, most), note: `${most} of ${note?.[1] ?? [`${table.rows.length} rows`, table.note].filter(Boolean).join(", ")}` };
}
