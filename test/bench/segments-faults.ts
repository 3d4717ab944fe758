// The first of two origins of one timeline fails in every way that origins fail, while viewers take
// segments that nobody has yet from three edges. Nobody may see a failure, since the other origin
// has everything, and no byte may be wrong, whatever happens. Then both disagree about the bytes
// under one name, as after an encoder's restart, and the first breaks off in the middle: a viewer's
// connection may end there, but bytes of one must never be continued with bytes of the other.

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
const SEGMENT_BYTES = 200_000;
const NAMES = 24;
/** Each of them is asked for so often, by different edges. */
const ASKS = 3;
const CONNECTIONS = 12;
const LASTS_MS_MAX = 60_000;

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
  try {
    for (const strike of STRIKES) {
      await rig.origins.setFault("first", strike);
      const counts = await run(strike);
      await rig.origins.setFault("first", null);
      if (rig.options.detail) console.error(strike, counts);
      rows.push(
        toRow(`${strike}: damaged`, toDamaged(counts), 0, "bodies"),
        toRow(`${strike}: failed`, toFailed(counts), 0, "answers"),
      );
    }
    await rig.origins.setFault("first", "replaced");
    await rig.origins.setFault("first", "truncate");
    const counts = await run("replaced");
    if (rig.options.detail) console.error("replaced", counts);
    rows.push(toRow("replaced, and broken off: damaged", toDamaged(counts), 0, "bodies"));
    return rows;
  } finally {
    await stack.stop();
  }
}

function toDamaged({ faults }: StreamCounts): number {
  return (faults["damaged"] ?? 0) + (faults["length"] ?? 0);
}

function toFailed(counts: StreamCounts): number {
  const all = Object.values(counts.faults).reduce((sum, count) => sum + count, 0);
  return all - toDamaged(counts);
}
