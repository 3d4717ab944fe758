// What 2 GB that flow through the edge, a tenth of them cold, leave behind in workerd's memory: how
// far its resident set rises above what it was after the first 200 MB. With the heap that the local
// stack has, since an isolate in production has no more than 128 MB either, and without the shim.
// The same flow through a bare worker on the Cache API tells how much of it is the emulated
// cache's.

import { sleepMs } from "../kit/live/clock.ts";
import { startCacheWorker } from "./cache-worker.ts";
import type { BenchRow } from "./rows.ts";
import type { SegmentsRig } from "./segments.ts";
import { toRow } from "./segments-rows.ts";
import { startSegmentStack, toStation } from "./segments-stack.ts";
import { readResidentBytes, readWorkerds } from "./workerd-process.ts";

const FLOW_BYTES = 2_000_000;
const FLOW_COUNT = 1_000;
const FLOW_NAMES = 100;
const WARM_COUNT = 100;
const WARM_NAMES = 20;
const CONNECTIONS = 12;
const GROWTH_GOAL_MB = 64;
const SAMPLE_MS = 100;

export async function measureMemory(rig: SegmentsRig): Promise<readonly BenchRow[]> {
  delete process.env["MINIFLARE_WORKERD_V8_FLAGS"];
  const url = await rig.origins.listen(toStation("memory", {}));
  const before = readWorkerds();
  const stack = await startSegmentStack(
    [{ id: "memory", mode: "vod", origins: [{ id: "memory", url }] }],
    1,
    null,
  );
  const [pid = 0] = readWorkerds().filter((one) => !before.includes(one));
  try {
    const ours = await measureGrowth(rig, stack.edgeUrls[0] ?? "", pid);
    const limit = await measureBare(rig, url);
    if (rig.options.detail) console.error({ ours, limit });
    const title = "2 GB flow: memory grows at most";
    return [{ ...toRow(title, ours, GROWTH_GOAL_MB, "MB"), limit }];
  } finally {
    await stack.stop();
  }
}

async function measureBare(rig: SegmentsRig, originUrl: string): Promise<number> {
  const known = readWorkerds();
  const bare = await startCacheWorker(originUrl);
  const [pid = 0] = readWorkerds().filter((one) => !known.includes(one));
  return await measureGrowth(rig, bare.url, pid).finally(() => bare.stop());
}

/** Megabytes. */
async function measureGrowth(rig: SegmentsRig, url: string, pid: number): Promise<number> {
  const flow = (name: string, names: number, countMax: number) =>
    rig.viewers.stream({
      urls: [url],
      paths: Array.from({ length: names }, (_, at) => `/memory/x/${name}${at}-${FLOW_BYTES}b.ts`),
      lengthBytes: FLOW_BYTES,
      connections: CONNECTIONS,
      lastsMs: 120_000,
      countMax,
      compares: false,
      pauseMs: 0,
    });
  await flow("warm", WARM_NAMES, WARM_COUNT);
  const startBytes = readResidentBytes(pid);
  let peakBytes = startBytes;
  let flows = true;
  const sampling = (async () => {
    while (flows) {
      peakBytes = Math.max(peakBytes, readResidentBytes(pid));
      await sleepMs(SAMPLE_MS);
    }
  })();
  const counts = await flow("flow", FLOW_NAMES, FLOW_COUNT);
  flows = false;
  await sampling;
  if (Object.keys(counts.faults).length > 0) throw new Error(JSON.stringify(counts.faults));
  return (peakBytes - startBytes) / 1e6;
}
