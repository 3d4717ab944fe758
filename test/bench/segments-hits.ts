// What a stored segment costs: requests per second and CPU per request of the whole edge, against a
// bare worker on the Cache API in a runtime like ours, asked in turns by the same connections.
// Without the shim: it is no part of what is delivered.

import { toQuantile } from "../kit/players/figures.ts";
import { startCacheWorker } from "./cache-worker.ts";
import type { BenchRow } from "./rows.ts";
import type { SegmentsRig } from "./segments.ts";
import { toShareRow } from "./segments-rows.ts";
import { startSegmentStack, toStation } from "./segments-stack.ts";
import { readCpuUs, readWorkerds } from "./workerd-process.ts";

const HIT_BYTES = 500_000;
const CONNECTIONS = 12;
const ROUNDS = 7;
const TURN_MS = 1_000;
const SHARE_GOAL = 0.7;

export async function measureHits(rig: SegmentsRig): Promise<readonly BenchRow[]> {
  // Whoever measures speed does without the modest heap of the local stack.
  process.env["MINIFLARE_WORKERD_V8_FLAGS"] = "";
  const url = await rig.origins.listen(toStation("hits", {}));
  const before = readWorkerds();
  const stack = await startSegmentStack(
    [{ id: "hits", mode: "vod", origins: [{ id: "hits", url }] }],
    1,
    null,
  );
  const [edgePid = 0] = readWorkerds().filter((pid) => !before.includes(pid));
  const known = readWorkerds();
  const bare = await startCacheWorker(url);
  const [barePid = 0] = readWorkerds().filter((pid) => !known.includes(pid));
  try {
    const edgeUrl = stack.edgeUrls[0] ?? "";
    const sides = [
      { url: edgeUrl, pid: edgePid },
      { url: bare.url, pid: barePid },
    ];
    return await measureShares(rig, sides);
  } finally {
    await Promise.all([stack.stop(), bare.stop()]);
  }
}

interface Side {
  readonly url: string;
  readonly pid: number;
}

async function measureShares(rig: SegmentsRig, sides: readonly Side[]): Promise<BenchRow[]> {
  const perSecond: number[][] = [[], []];
  const cpuUs: number[][] = [[], []];
  const take = async (at: number, lastsMs: number) => {
    const { url, pid } = sides[at] ?? { url: "", pid: 0 };
    const beforeUs = readCpuUs(pid);
    const counts = await rig.viewers.stream({
      urls: [url],
      paths: [`/hits/x/hit-${HIT_BYTES}b.ts`],
      lengthBytes: HIT_BYTES,
      connections: CONNECTIONS,
      lastsMs,
      countMax: Number.POSITIVE_INFINITY,
      compares: false,
      pauseMs: 0,
    });
    if (Object.keys(counts.faults).length > 0) throw new Error(JSON.stringify(counts.faults));
    return {
      perSecond: (1000 * counts.count) / counts.tookMs,
      cpuUs: (readCpuUs(pid) - beforeUs) / counts.count,
    };
  };
  for (const at of [0, 1]) await take(at, TURN_MS);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const at of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const turn = await take(at, TURN_MS);
      perSecond[at]?.push(turn.perSecond);
      cpuUs[at]?.push(turn.cpuUs);
    }
  }
  const [ours = Number.NaN, limit = Number.NaN] = perSecond.map((few) => toQuantile(few, 0.5));
  const [ourUs = Number.NaN, limitUs = Number.NaN] = cpuUs.map((few) => toQuantile(few, 0.25));
  return [
    toShareRow("hits of 500 KB: throughput", ours, limit, SHARE_GOAL, "requests/s"),
    // The other way round, so that a share is a share: how much of our CPU the bare one needs.
    toShareRow("hits of 500 KB: CPU of the bare one", limitUs, ourUs, SHARE_GOAL, "µs/request"),
  ];
}
