// What a catalog changes, and the versions there were.

import type { Paint, Tone } from "./paint.ts";
import { printSafe } from "./paint.ts";
import { type Column, printTable } from "./table.ts";
import { printSpan, toAgeMs } from "./units.ts";

export interface CatalogChange {
  readonly table: string;
  readonly id: string | null;
  readonly change: "added" | "removed" | "changed";
  readonly settings: readonly {
    readonly setting: string;
    readonly before: unknown;
    readonly after: unknown;
  }[];
}

export interface ChangeList {
  readonly changes: readonly CatalogChange[];
  readonly newTimelines: readonly string[];
}

export interface VersionLine {
  readonly version: number;
  readonly appliedAt: string;
  readonly appliedBy: string;
}

const MARKS: Readonly<Record<CatalogChange["change"], readonly [mark: string, tone: Tone]>> = {
  added: ["+", "good"],
  removed: ["-", "bad"],
  changed: ["~", "warn"],
};

/** Every change with its settings. */
export function printChanges({ changes, newTimelines }: ChangeList, paint: Paint): string {
  if (changes.length === 0) return paint("dim", "Nothing would change.");
  const lines = changes.flatMap(({ table, id, change, settings }) => {
    const [mark, tone] = MARKS[change];
    const name = id === null ? table : `${table} ${id}`;
    return [
      paint(tone, `${mark} ${printSafe(name)}`),
      ...(change === "changed" ? settings.map((each) => `    ${printSetting(each, paint)}`) : []),
    ];
  });
  if (newTimelines.length > 0) {
    const names = newTimelines.map((name) => printSafe(name)).join(", ");
    lines.push("", `Files of these channels get new names, and caches fill anew: ${names}`);
  }
  return lines.join("\n");
}

function printSetting(
  { setting, before, after }: CatalogChange["settings"][number],
  paint: Paint,
): string {
  const was = paint("bad", printValue(before));
  return `${printSafe(setting)}: ${was} → ${paint("good", printValue(after))}`;
}

function printValue(value: unknown): string {
  return value === undefined || value === null ? "none" : printSafe(JSON.stringify(value));
}

/** The versions, in the order given. */
export function printVersions(
  versions: readonly VersionLine[],
  nowMs: number,
  paint: Paint,
): string {
  const columns: readonly Column<VersionLine>[] = [
    { head: "VERSION", cell: ({ version }) => version, align: "right" },
    { head: "APPLIED", cell: ({ appliedAt }) => appliedAt },
    { head: "AGO", cell: ({ appliedAt }) => printSpan(toAgeMs(appliedAt, nowMs)), align: "right" },
    { head: "BY", cell: ({ appliedBy }) => appliedBy },
  ];
  return printTable(columns, versions, paint, "No catalog was applied yet.");
}
