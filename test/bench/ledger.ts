// The ledger bench: `node test/bench/ledger.ts [--json]` (npm run bench -- ledger). A channel of
// fifteen renditions with a window of twelve hours: what one new version of a playlist costs, how
// memory grows with the window, and how large a snapshot is and how long it takes. There is no peer
// that does this work. Reading the playlist's text is not counted here (codec bench).

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { applyLedgerEvent } from "../../workers/core/continuity/apply-event.ts";
import { printCanonical } from "../../workers/core/continuity/print-canonical.ts";
import {
  parseSnapshot,
  printSnapshot,
  toSnapshot,
} from "../../workers/core/continuity/snapshot.ts";
import {
  fillLedger,
  renditionCount,
  segmentsPerHour,
  toNowMs,
  toPath,
  toVersionEvent,
} from "./ledger-channel.ts";
import { toMedian } from "./measure.ts";
import type { BenchRow } from "./rows.ts";
import { printRows } from "./rows.ts";

const hours = 12;
const count = hours * segmentsPerHour;
const slides = 25;
/** Milliseconds for one new version of one playlist. */
const applyMax = 0.3;
/** Twice the window may hold twice the memory, and a little for tables that grow by doubling. */
const doubleMax = 2.2;
const snapshotMegabytesMax = 8;
/** Once per generation of a channel: an object that starts has seconds, not minutes. */
const snapshotMillisecondsMax = 2000;

function toRow(row: string, ours: number, unit: string, goal: number, floor = goal): BenchRow {
  const common = { bench: "ledger", row, ours, unit, ratio: ours, goal, floor };
  return { ...common, peer: null, peerName: null, limit: null, pass: ours <= goal };
}

function findHeap(windowHours: number): number {
  const script = fileURLToPath(new URL("./ledger-heap.ts", import.meta.url));
  const words = ["--expose-gc", script, String(windowHours)];
  const child = spawnSync(process.execPath, words, { encoding: "utf8" });
  if (child.status !== 0) throw new Error(child.stderr);
  return (JSON.parse(child.stdout) as { heldBytes: number }).heldBytes;
}

// The texts of the bench are litter of megabytes, which the ledger should not have to sweep.
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

let ledger = fillLedger(count);
const appliesMs: number[] = [];
for (let first = 1; first <= slides; first += 1) {
  const events = Array.from({ length: renditionCount }, (_, rendition) =>
    toVersionEvent(rendition, first, count),
  );
  collect();
  for (const event of events) {
    const fromMs = performance.now();
    const step = applyLedgerEvent(ledger, event, toNowMs(first, count));
    appliesMs.push(performance.now() - fromMs);
    ledger = step.ledger;
    if (step.effects.every(({ kind }) => kind !== "publish")) throw new Error("Nothing is new.");
  }
}
// The first slides are the compiler's.
const settledMs = appliesMs.slice(5 * renditionCount).sort((a, b) => a - b);
const tailMs = settledMs[Math.floor(settledMs.length * 0.9)] ?? Number.NaN;

const serialiseFromMs = performance.now();
const snapshot = printSnapshot(toSnapshot(ledger));
const restoreFromMs = performance.now();
const restored = parseSnapshot(snapshot);
const restoreMs = performance.now() - restoreFromMs;
if ("kind" in restored && restored.kind === "failure") throw new Error(JSON.stringify(restored));
for (let rendition = 0; rendition < renditionCount; rendition += 1) {
  const text = printCanonical(restored as typeof ledger, toPath(rendition));
  if (text === null || text !== printCanonical(ledger, toPath(rendition))) {
    throw new Error(`The restored ledger tells ${toPath(rendition)} otherwise.`);
  }
}
const snapshotBytes =
  typeof snapshot === "string" ? new TextEncoder().encode(snapshot).length : Number.NaN;

const heaps = [3, 6, 12].map(findHeap) as [number, number, number];
const rows = [
  toRow("one version, median", toMedian(settledMs), "ms", applyMax),
  toRow("one version, 9 of 10", tailMs, "ms", applyMax * 2, applyMax * 4),
  toRow("heap of 6 hours", heaps[1] / heaps[0], "times 3 hours", doubleMax),
  toRow("heap of 12 hours", heaps[2] / heaps[1], "times 6 hours", doubleMax),
  toRow("heap of 12 hours, per segment", heaps[2] / (count * renditionCount), "bytes", 400),
  toRow("snapshot of 12 hours", snapshotBytes / 1e6, "MB", snapshotMegabytesMax),
  toRow("snapshot, written", restoreFromMs - serialiseFromMs, "ms", snapshotMillisecondsMax),
  toRow("snapshot, read", restoreMs, "ms", snapshotMillisecondsMax),
];
process.stdout.write(printRows(rows, process.argv.includes("--json")));
