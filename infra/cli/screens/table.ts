// Tables of text: columns as wide as their widest cell, two blanks between them, a head in dim
// capitals. Cells are padded before they are painted, so that colours take no room.

import { type Paint, printSafe, type Tone } from "./paint.ts";

/** A cell; null is printed as "-". */
export type Cell = string | number | null | { readonly text: string; readonly tone: Tone };

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => Cell;
  /** Numbers stand at the right. */
  readonly align?: "right";
}

/** Cells may say much; the rest of it is in --json. */
const CELL_CHARS_MAX = 72;

/** The table with its head, without a line end; of no rows, only what `empty` says. */
export function printTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  paint: Paint,
  empty = "none",
): string {
  if (rows.length === 0) return paint("dim", empty);
  const body = rows.map((row) => columns.map(({ cell }) => toCell(cell(row))));
  const head = columns.map((column) => ({ text: column.head, tone: "dim" as const }));
  const lines = [head, ...body];
  const widths = columns.map((_, place) =>
    Math.max(...lines.map((line) => countChars(line[place]?.text ?? ""))),
  );
  return lines
    .map((line) =>
      line
        .map(({ text, tone }, place) => {
          const blanks = " ".repeat((widths[place] ?? 0) - countChars(text));
          const isRight = columns[place]?.align === "right";
          const painted = tone === null ? text : paint(tone, text);
          if (isRight) return blanks + painted;
          return place === line.length - 1 ? painted : painted + blanks;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function toCell(cell: Cell): { readonly text: string; readonly tone: Tone | null } {
  if (cell === null) return { text: "-", tone: "dim" };
  if (typeof cell === "object") return { text: toShort(cell.text), tone: cell.tone };
  return { text: toShort(String(cell)), tone: null };
}

function toShort(text: string): string {
  const safe = printSafe(text);
  const chars = [...safe];
  return chars.length <= CELL_CHARS_MAX ? safe : `${chars.slice(0, CELL_CHARS_MAX - 1).join("")}…`;
}

function countChars(text: string): number {
  return [...text].length;
}

/** `name   value` lines below each other. */
export function printPairs(
  pairs: readonly (readonly [name: string, value: string])[],
  paint: Paint,
): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${paint("dim", name.padEnd(width))}  ${value}`).join("\n");
}
