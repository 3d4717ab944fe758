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
  const rows = cacheNames.map((name) => toRow(name, played));
  process.stdout.write(
    values.json
      ? `${[...played.map((one) => toLine(one)), ...rows].map((row) => JSON.stringify(row)).join("\n")}\n`
      : printTable(played, cacheNames),
  );
  process.exitCode = rows[0]?.pass === true ? 0 : 1;
} catch (error) {
  console.error(error);
} finally {
  await Promise.all(running.map((each) => each.stop()));
  await origin.stop();
}

/** One cache's share of the rows that apply to it; all of them are wanted of Weir. */
function toRow(name: string, played: readonly Played[]): BenchRow {
  const outcomes = played.flatMap(({ outcomes }) => outcomes.get(name) ?? []);
  const applied = outcomes.filter(({ kind }) => kind !== "not-applied").length;
  const kept = outcomes.filter(({ kind }) => kind === "kept").length;
  const ratio = kept / applied;
  return {
    bench: "http",
    row: `${name} keeps to`,
    ours: kept,
    peer: null,
    peerName: null,
    limit: applied,
    unit: "rows",
    ratio,
    floor: 1,
    goal: 1,
    pass: ratio === 1,
  };
}

function toLine({ group, row, outcomes }: Played): object {
  const { name, section, level } = row;
  return {
    bench: "http",
    row: `${group}/${name}`,
    section,
    level,
    ...Object.fromEntries(outcomes),
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
    const { ours, limit } = toRow(name, played);
    return `${name} ${ours} of ${limit}`;
  });
  return `${lines.join("\n")}\n\n${notes.join("\n")}\n\nkept, of those that apply: ${sums.join(", ")}\n`;
}

function printLine([first = "", ...rest]: readonly string[]): string {
  const [section = "", level = "", ...cells] = rest;
  return `${first.padEnd(34)}${section.padEnd(22)}${level.padEnd(9)}${cells.map((cell) => cell.padEnd(10)).join("")}`.trimEnd();
}
