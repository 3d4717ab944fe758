// One row of a bench, and its two spellings: a line of JSON for machines and a table for people.

export interface BenchRow {
  readonly bench: string;
  readonly row: string;
  readonly ours: number;
  /** The fastest peer of the row; null if the row has none. */
  readonly peer: number | null;
  readonly peerName: string | null;
  readonly limit: number | null;
  readonly unit: string;
  /** What is judged; "ours" against peer or limit, or a plain figure of ours. */
  readonly ratio: number;
  /** The least that is accepted, and what is wanted. */
  readonly floor: number;
  readonly goal: number;
  /** True if the goal is reached. */
  readonly pass: boolean;
  /** A cost although it has a peer. Without it, only rows without a peer are costs. */
  readonly lessIsBetter?: true;
}

export function printRows(rows: readonly BenchRow[], isJson: boolean): string {
  if (isJson) return `${rows.map((row) => JSON.stringify(row, toShortNumber)).join("\n")}\n`;
  const head = ["row", "ours", "peer", "limit", "unit", "ratio", "floor", "goal", ""];
  const cells = rows.map((row) => [
    row.row,
    printNumber(row.ours),
    row.peer === null ? "" : `${printNumber(row.peer)} ${row.peerName}`,
    row.limit === null ? "" : printNumber(row.limit),
    row.unit,
    printNumber(row.ratio),
    printNumber(row.floor),
    printNumber(row.goal),
    row.pass ? "goal" : isAtFloor(row) ? "floor" : "BELOW",
  ]);
  const table = [head, ...cells];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  "));
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function isAtFloor({ ratio, floor, peer, lessIsBetter }: BenchRow): boolean {
  return peer === null || lessIsBetter === true ? ratio <= floor : ratio >= floor;
}

function toShortNumber(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(4)) : value;
}

function printNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}
