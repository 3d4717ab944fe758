// Pages of a list that stands in memory, in the order of its keys. A cursor names the last row that
// was seen, so that rows which come or go between two pages are neither shown twice nor shift the
// others. It also names its list: one that was meant for another list is refused, not guessed at.

export interface PageAsk {
  /** Null: all of it. */
  readonly countMax: number | null;
  /** Key of the last row of the page before; null: from the beginning. */
  readonly after: string | null;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** For the next page; null: this was the last. */
  readonly next: string | null;
}

/** Keys are ids, numbers and moments: what needs no escaping in a query. */
const CURSOR = /^([a-z]+)\.([A-Za-z0-9._-]{1,200})$/;

/** Prints the cursor behind a row. */
export function printCursor(list: string, key: string): string {
  return `${list}.${key}`;
}

/** The key in a cursor of this list; null: it is none. */
export function parseCursor(list: string, cursor: string): string | null {
  const [, name, key] = CURSOR.exec(cursor) ?? [];
  return name === list && key !== undefined ? key : null;
}

/** The page behind a row, in the order of the keys' letters. */
export function toPage<Row>(
  list: string,
  rows: readonly Row[],
  toKey: (row: Row) => string,
  ask: PageAsk,
): Page<Row> {
  const { after, countMax } = ask;
  if (after === null && countMax === null) return { rows, next: null };
  const sorted = [...rows].sort((a, b) => (toKey(a) < toKey(b) ? -1 : 1));
  const left = after === null ? sorted : sorted.filter((row) => toKey(row) > after);
  const page = countMax === null ? left : left.slice(0, countMax);
  const last = page.at(-1);
  const isLast = last === undefined || page.length === left.length;
  return { rows: page, next: isLast ? null : printCursor(list, toKey(last)) };
}
