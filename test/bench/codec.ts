// The codec bench: `node test/bench/codec.ts [--json]` (npm run bench -- codec). Four playlists,
// relative and absolute, on timelines 0 and 3, each from bytes to bytes, next to three parsers and
// to the limit, a loop that only decodes, finds line ends, prefixes URI lines and encodes; where
// most URIs stand in tags, also next to a wide limit that prefixes those as well. Then what must
// not grow: time per byte when the playlist doubles, and heap beyond the body. Takes about a
// minute; the figures of a row belong together (measure.ts), those of two rows do not.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { peerNames, runOurs, toContenders } from "./codec-contenders.ts";
import type { BenchInput } from "./inputs.ts";
import { inputNames, makeInput, uriForms } from "./inputs.ts";
import { defaultMeasure, measure } from "./measure.ts";
import type { BenchRow } from "./rows.ts";
import { printRows } from "./rows.ts";

const bench = "codec";
const peerFloor = 5;
const peerGoal = 8;
const limitFloor = 0.4;
const limitGoal = 0.6;
/** Twice the length may take twice the time, and a little for caches that it no longer fits. */
const doubleFloor = 2.6;
const doubleGoal = 2.2;
/** Times the body. */
const heapMax = 4;

function toRows(input: BenchInput, timeline: number): readonly BenchRow[] {
  const times = measure(toContenders(input, timeline), { ...defaultMeasure, warmMs: 150 });
  const speed = (name: string) => input.bytes.length / 1000 / (times.get(name) ?? Number.NaN);
  const ours = speed("ours");
  const limit = speed("limit");
  const peerName = peerNames.reduce((best, name) => (speed(name) > speed(best) ? name : best));
  const peer = speed(peerName);
  const name = `${input.name} ${input.form} t${timeline}`;
  const common = { bench, ours, peer, peerName, limit, unit: "MB/s" };
  const rows = [
    toRow({ ...common, row: `${name}: peers`, ratio: ours / peer }, peerFloor, peerGoal),
    toRow({ ...common, row: `${name}: limit`, ratio: ours / limit }, limitFloor, limitGoal),
  ];
  // Most URIs of these stand in tags, where the limit does not look.
  if (input.name !== "low-latency") return rows;
  const wide = speed("wide limit");
  const row = { ...common, limit: wide, row: `${name}: wide limit`, ratio: ours / wide };
  return [...rows, toRow(row, limitFloor, limitGoal)];
}

function toRow(
  row: Omit<BenchRow, "floor" | "goal" | "pass">,
  floor: number,
  goal: number,
): BenchRow {
  const isCost = row.peer === null;
  return { ...row, floor, goal, pass: isCost ? row.ratio <= goal : row.ratio >= goal };
}

/** Time of a playlist of twice the length. */
function toDoubleRow(): BenchRow {
  const one = makeInput("dvr", "relative", 7200);
  const two = makeInput("dvr", "relative", 14_400);
  const times = measure(
    [
      { name: "one", run: () => runOurs(one, 3) },
      { name: "two", run: () => runOurs(two, 3) },
    ],
    { ...defaultMeasure, turnMs: 10 },
  );
  const ratio = (times.get("two") ?? Number.NaN) / (times.get("one") ?? Number.NaN);
  const row = { bench, row: "dvr twice as long", ours: ratio, unit: "times the time", ratio };
  return toRow({ ...row, peer: null, peerName: null, limit: null }, doubleFloor, doubleGoal);
}

/** Heap beyond the body at the worst moment. */
function toHeapRow(): BenchRow {
  const script = fileURLToPath(new URL("./codec-heap.ts", import.meta.url));
  const child = spawnSync(process.execPath, ["--expose-gc", script], { encoding: "utf8" });
  if (child.status !== 0) throw new Error(child.stderr);
  const found = JSON.parse(child.stdout) as { bodyBytes: number; peakBytes: number };
  const ratio = found.peakBytes / found.bodyBytes;
  const row = { bench, row: "dvr extra heap", ours: ratio, unit: "times the body", ratio };
  return toRow({ ...row, peer: null, peerName: null, limit: null }, heapMax, heapMax);
}

const cases = inputNames.flatMap((name) =>
  uriForms.flatMap((form) => [0, 3].map((timeline) => ({ name, form, timeline }))),
);
// Everybody meets every input before the first row, as in a server that serves all kinds; else the
// first rows of a kind would pay for what the compiler has to unlearn.
const meetMs = 40;
for (const { name, form, timeline } of cases) {
  for (const { run } of toContenders(makeInput(name, form), timeline)) {
    const untilMs = performance.now() + meetMs;
    do run();
    while (performance.now() < untilMs);
  }
}
const rows = cases.flatMap(({ name, form, timeline }) => toRows(makeInput(name, form), timeline));
rows.push(toDoubleRow(), toHeapRow());
process.stdout.write(printRows(rows, process.argv.includes("--json")));
