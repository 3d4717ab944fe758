// The bench of segments: `npm run bench -- segments [--json]`. What a cold crowd costs the origin,
// what a live event costs it and how soon its segments are there, what a hit costs, what a failing
// origin costs the viewer; next to nginx and Varnish in the same run.
//
//   --viewers=N --edges=N --caches=N   the crowd, the edges of most parts, the crowd's caches
//   --seconds=N                        length of the live event
//   --no-hot-tier                      without fills that are one in the world
//   --noisy                            never repeats a part, for development
//   --detail                           the figures behind the rows
//   --only=A,B                         of: crowd, memory, hits, faults, library,
//                                      live
//
// Takes about four minutes. A part during which the machine stood still is repeated, and if it does
// not become quiet its rows say so.

import { parseArgs } from "node:util";
import { findStall, type LagMeter, type Stall, startLagMeter } from "../kit/live/lag-meter.ts";
import { BUSY, tryUntilQuiet } from "../kit/live/quiet-tries.ts";
import { type SegmentOrigins, startSegmentOrigins } from "../kit/segments/segment-origins.ts";
import { startViewers, type Viewers } from "../kit/segments/viewers.ts";
import { type BenchRow, printRows } from "./rows.ts";
import { measureCrowd } from "./segments-crowd.ts";
import { measureFaults } from "./segments-faults.ts";
import { measureHits } from "./segments-hits.ts";
import { measureLibrary } from "./segments-library.ts";
import { measureLive } from "./segments-live.ts";
import { measureMemory } from "./segments-memory.ts";

/** What every part of the bench uses. */
export interface SegmentsRig {
  readonly origins: SegmentOrigins;
  readonly viewers: Viewers;
  readonly lag: LagMeter;
  /** Says that the machine must have been quiet meanwhile, or the figures are nobody's. */
  readonly noteSpan: (fromMs: number, toMs: number) => void;
  readonly options: {
    readonly viewers: number;
    readonly edges: number;
    readonly caches: number;
    readonly liveMs: number;
    readonly hotTier: boolean;
    readonly detail: boolean;
  };
}

const PARTS: Readonly<Record<string, (rig: SegmentsRig) => Promise<readonly BenchRow[]>>> = {
  crowd: measureCrowd,
  memory: measureMemory,
  hits: measureHits,
  faults: measureFaults,
  library: measureLibrary,
  live: measureLive,
};

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    viewers: { type: "string", default: "300" },
    edges: { type: "string", default: "3" },
    caches: { type: "string", default: "5" },
    seconds: { type: "string", default: "60" },
    "no-hot-tier": { type: "boolean", default: false },
    noisy: { type: "boolean", default: false },
    detail: { type: "boolean", default: false },
    only: { type: "string", default: Object.keys(PARTS).join(",") },
  },
});

const rig: Omit<SegmentsRig, "origins" | "viewers" | "noteSpan"> = {
  lag: startLagMeter(),
  options: {
    viewers: Number(values.viewers),
    edges: Number(values.edges),
    caches: Number(values.caches),
    liveMs: Number(values.seconds) * 1000,
    hotTier: !values["no-hot-tier"],
    detail: values.detail,
  },
};
const rows: BenchRow[] = [];
process.exitCode = 1;
try {
  for (const [name, measure] of Object.entries(PARTS)) {
    if (!values.only.split(",").includes(name)) continue;
    const run = () => runPart(measure);
    const { value, stall } = await tryUntilQuiet("bench", run, values.noisy ? 1 : undefined);
    rows.push(...value.map((row) => (stall === null ? row : { ...row, row: row.row + BUSY })));
  }
  process.stdout.write(printRows(rows, values.json));
  process.exitCode = 0;
} catch (error) {
  console.error(error);
}

/** A part with origins and viewers of its own, so that a repeated one begins anew. */
async function runPart(measure: (rig: SegmentsRig) => Promise<readonly BenchRow[]>) {
  const [origins, viewers] = [startSegmentOrigins(), startViewers()];
  const spans: (readonly [number, number])[] = [];
  const noteSpan = (...span: [number, number]) => void spans.push(span);
  try {
    const value = await measure({ ...rig, origins, viewers, noteSpan });
    const stalls: Stall[] = [];
    for (const [fromMs, toMs] of spans) {
      const stall = findStall({
        "the machine": rig.lag.report(fromMs, toMs),
        "the origins": await origins.lag(fromMs, toMs),
        "the viewers": await viewers.lag(fromMs, toMs),
      });
      if (stall !== null) stalls.push(stall);
    }
    const [worst = null] = stalls.toSorted((a, b) => b.share - a.share);
    return { value, stall: worst };
  } finally {
    await Promise.all([origins.stop(), viewers.stop()]);
  }
}
