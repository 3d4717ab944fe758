// The HTTP bench: `npm run bench -- http [--json] [--only=GROUP,...] [--weir]`. Not about speed: it
// plays the conformance table (test/conformance) against Weir, nginx and Varnish in the same run
// and prints side by side who keeps to which sentence of RFC 9110, 9111 and their kin. Takes about
// half a minute. With --weir the peers are left out.

import { parseArgs } from "node:util";
import { type RunningCaches, startPeerCaches, startWeir } from "../conformance/caches.ts";
import { startTableOrigin } from "../conformance/origin.ts";
import { type Played, playTable } from "../conformance/play-table.ts";
import { TABLE } from "../conformance/table.ts";
import type { BenchRow } from "./rows.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    weir: { type: "boolean", default: false },
    only: { type: "string", default: Object.keys(TABLE).join(",") },
  },
});
const names = values.only.split(",");
const table = Object.fromEntries(Object.entries(TABLE).filter(([name]) => names.includes(name)));

const origin = await startTableOrigin(Object.values(table).flat());
const running: RunningCaches[] = [];
process.exitCode = 1;
try {
  running.push(await startWeir(origin.url, Object.keys(table)));
  if (!values.weir) running.push(await startPeerCaches(origin.url));
  const caches = running.flatMap((each) => each.caches);
  const played = await playTable(table, caches, origin);
  const cacheNames = caches.map(({ name }) => name);
  const summary = toSummary(played, cacheNames);
  const lines = [...played.map((one) => toLine(one, cacheNames)), summary];
  process.stdout.write(
    values.json
      ? `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`
      : printTable(played, cacheNames),
  );
  process.exitCode = 0;
} catch (error) {
  console.error(error);
} finally {
  await Promise.all(running.map((each) => each.stop()));
  await origin.stop();
}

interface Share {
  readonly name: string;
  readonly kept: number;
  /** Rows that apply to this cache. */
  readonly applied: number;
}

function toShare(name: string, played: readonly Played[]): Share {
  const outcomes = played.flatMap(({ outcomes: all }) => all.get(name) ?? []);
  return {
    name,
    kept: outcomes.filter(({ kind }) => kind === "kept").length,
    applied: outcomes.filter(({ kind }) => kind !== "not-applied").length,
  };
}

/** All rows that apply are wanted of Weir; beside it, the peer that keeps the largest share. */
function toSummary(played: readonly Played[], [ours = "", ...peers]: readonly string[]): BenchRow {
  const { kept, applied } = toShare(ours, played);
  const [best] = peers
    .map((name) => toShare(name, played))
    .toSorted((a, b) => b.kept / b.applied - a.kept / a.applied);
  return {
    bench: "http",
    row: "rows that apply and are kept",
    ours: kept,
    peer: best?.kept ?? null,
    peerName: best === undefined ? null : `${best.name}, of ${best.applied}`,
    limit: applied,
    unit: "rows",
    ratio: kept / applied,
    floor: 1,
    goal: 1,
    pass: kept === applied,
  };
}

const MARKS = { kept: 1, broken: 0, "not-applied": null } as const;

/** One row for machines: 1 kept, 0 broken, null for what does not apply, with every reason. */
function toLine({ group, row, outcomes }: Played, [weir = "", ...peers]: readonly string[]) {
  const markOf = (name: string) => MARKS[outcomes.get(name)?.kind ?? "not-applied"];
  const best = peers.toSorted((a, b) => (markOf(b) ?? -1) - (markOf(a) ?? -1))[0] ?? null;
  const ours = markOf(weir);
  const { name, section, level } = row;
  return {
    ...{ bench: "http", row: `${group}/${name}`, ours },
    ...{ peer: best === null ? null : markOf(best), peerName: best, limit: null, unit: "kept" },
    ...{ ratio: ours, goal: 1, pass: ours !== 0, section, level },
    outcomes: Object.fromEntries(outcomes),
  };
}

function printTable(played: readonly Played[], names: readonly string[]): string {
  const words = { kept: "yes", broken: "NO", "not-applied": "-" } as const;
  const lines: string[] = [];
  const notes: string[] = [];
  let before = "";
  for (const { group, row, outcomes } of played) {
    if (group !== before) lines.push("", printLine([group, "section", "level", ...names]));
    before = group;
    const cells = names.map((name) => words[outcomes.get(name)?.kind ?? "not-applied"]);
    lines.push(printLine([row.name, row.section, row.level, ...cells]));
    for (const [name, outcome] of outcomes) {
      if (outcome.kind === "broken") notes.push(`${row.name}, ${name}: ${outcome.fault}`);
      if (outcome.kind === "not-applied" && name === "Weir")
        notes.push(`${row.name}: ${outcome.why}`);
    }
  }
  const sums = names.map((name) => {
    const { kept, applied } = toShare(name, played);
    return `${name} ${kept} of ${applied}`;
  });
  return `${lines.join("\n")}\n\n${notes.join("\n")}\n\nkept, of those that apply: ${sums.join(", ")}\n`;
}

function printLine([first = "", ...rest]: readonly string[]): string {
  const [section = "", level = "", ...cells] = rest;
  return `${first.padEnd(34)}${section.padEnd(22)}${level.padEnd(9)}${cells.map((cell) => cell.padEnd(10)).join("")}`.trimEnd();
}
