// The first of two origins of one timeline fails in every way that origins fail, while viewers take
// segments that nobody has yet from three edges. Nobody may see a failure, since the other origin
// has everything, and no byte may be wrong, whatever happens. Then the hot tier fails, with both
// origins in order: it is a cache, so nobody may notice. At last both origins disagree about the
// bytes under one name, as after an encoder's restart, and the first breaks off in the middle: a
// viewer's connection may end there, but bytes of one must never be continued with bytes of the
// other.

import { readSteadyMs, sleepMs } from "../kit/live/clock.ts";
import type { SegmentFault } from "../kit/segments/segment-station.ts";
import type { StreamCounts } from "../kit/segments/viewers.ts";
import { NO_DISTANCE } from "./live-stack.ts";
import type { BenchRow } from "./rows.ts";
import type { SegmentsRig } from "./segments.ts";
import { toRow } from "./segments-rows.ts";
import { startSegmentStack, toStation } from "./segments-stack.ts";

const STRIKES: readonly Exclude<SegmentFault, "replaced">[] = [
  "reset",
  "hang",
  "error",
  "absent",
  "slow",
  "html",
  "truncate",
  "damage",
];
/** What the shim makes of R2: it answers with errors, or never. */
const HOT_STRIKES = ["fail", "hang"] as const;
const SEGMENT_BYTES = 200_000;
const NAMES = 24;
/** Each of them is asked for so often, by different edges. */
const ASKS = 3;
const CONNECTIONS = 12;
const LASTS_MS_MAX = 60_000;
/** Whoever failed in the last two seconds is asked last: each fault must find a clean sheet. */
const FORGET_MS = 2_500;

export async function measureFaults(rig: SegmentsRig): Promise<readonly BenchRow[]> {
  const origins = [];
  for (const id of ["first", "second"]) {
    origins.push({ id, url: await rig.origins.listen(toStation(id, {}, { pieceMs: 5 })) });
  }
  const { edges, hotTier } = rig.options;
  const policy = hotTier ? "hot_tier = true" : "";
  const stack = await startSegmentStack(
    [{ id: "faults", mode: "vod", origins, policy }],
    edges,
    NO_DISTANCE,
  );
  const run = (word: string) => {
    const names = Array.from({ length: NAMES }, (_, at) => `${word}${at}-${SEGMENT_BYTES}b.ts`);
    return rig.viewers.stream({
      urls: stack.edgeUrls,
      paths: Array.from({ length: ASKS }, () => names.map((name) => `/faults/x/${name}`)).flat(),
      lengthBytes: SEGMENT_BYTES,
      connections: CONNECTIONS,
      lastsMs: LASTS_MS_MAX,
      countMax: ASKS * NAMES,
      compares: true,
      pauseMs: 0,
    });
  };
  const rows: BenchRow[] = [];
  const runAfresh = async (title: string, name: string) => {
    await sleepMs(FORGET_MS);
    const fromMs = readSteadyMs();
    const counts = await run(name);
    const struck = (await rig.origins.reads("first", fromMs, readSteadyMs())).length;
    if (rig.options.detail) console.error(title, { ...counts, struck });
    if (struck === 0) throw new Error(`${title}: the failing origin was never asked.`);
    return counts;
  };
  const judge = async (title: string, name: string) => {
    const counts = await runAfresh(title, name);
    rows.push(
      toRow(`${title}: damaged`, toDamaged(counts), 0, "bodies"),
      toRow(`${title}: failed`, toFailed(counts), 0, "answers"),
    );
  };
  try {
    for (const strike of STRIKES) {
      await rig.origins.setFault("first", strike);
      await judge(strike, strike);
      await rig.origins.setFault("first", null);
    }
    for (const mode of hotTier ? HOT_STRIKES : []) {
      await setHotTier(stack.edgeUrls, mode);
      await judge(`hot tier, ${mode}`, `hot${mode}`);
      await setHotTier(stack.edgeUrls, "ok");
    }
    await rig.origins.setFault("first", "replaced");
    await rig.origins.setFault("first", "truncate");
    const counts = await runAfresh("replaced", "replaced");
    rows.push(toRow("replaced, and broken off: damaged", toDamaged(counts), 0, "bodies"));
    return rows;
  } finally {
    await stack.stop();
  }
}

async function setHotTier(edgeUrls: readonly string[], mode: string): Promise<void> {
  for (const url of edgeUrls) await (await fetch(`${url}/_shim/hot-tier?mode=${mode}`)).text();
}

function toDamaged({ faults }: StreamCounts): number {
  return (faults["damaged"] ?? 0) + (faults["length"] ?? 0);
}

function toFailed(counts: StreamCounts): number {
  const all = Object.values(counts.faults).reduce((sum, count) => sum + count, 0);
  return all - toDamaged(counts);
}
