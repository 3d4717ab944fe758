// Looks at the hot tier for receipts: R2 shows an object only when all of it was written, so what
// it tells of one (size, digest, and what was kept beside it) is a proof without reading the bytes.

import { decideStanding } from "../core/cache/freshness.ts";
import type { RegionGateApi } from "../core/contract/objects.ts";
import type { Sighting, WarmReport } from "../core/contract/warming.ts";
import { printHttpDate } from "../core/http/http-date.ts";
import { readClockMs, sleep } from "../platform/clock.ts";
import { readHotFacts } from "../platform/hot-tier.ts";
import type { Objects } from "../platform/objects.ts";
import { type KnownChannel, readChannel, toPathKey } from "./known-catalog.ts";

const CONCURRENT_MAX = 6;
/** The filler writes to R2 while it feeds the edges: its last byte may take a moment longer. */
const LOOKS_MAX = 4;
const LOOK_MS = 100;

export interface HotPorts {
  readonly bucket: R2Bucket | undefined;
  readonly gates: Objects<RegionGateApi>;
  readonly homeRegion: string;
}

/** Looks at files of a channel; null: there is no hot tier, or nobody knows the channel. */
export async function lookAtHotTier(
  channel: string,
  paths: readonly string[],
  { bucket, gates, homeRegion }: HotPorts,
): Promise<WarmReport | null> {
  const reading = await readChannel(gates, [homeRegion], channel);
  if (bucket === undefined || reading === null) return null;
  const seen = new Map<string, Sighting>();
  const queue = [...paths];
  const look = async () => {
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      seen.set(path, await lookAt(path, reading.known, bucket));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_MAX }, look));
  const files = paths.flatMap((path) => {
    const first = seen.get(path);
    return first === undefined ? [] : [{ path, first, second: first.isHit ? first : null }];
  });
  return { adapter: "r2", dataCentre: null, files };
}

async function lookAt(path: string, known: KnownChannel, bucket: R2Bucket): Promise<Sighting> {
  const key = toPathKey(path, known);
  const absent = { ...NOTHING, status: 404 };
  if (key === null) return absent;
  for (let looks = 1; ; looks++) {
    const facts = await readHotFacts(bucket, key).catch(() => "failed" as const);
    if (facts === "failed") return NOTHING;
    const nowMs = readClockMs();
    if (facts !== null && decideStanding(facts.meta, nowMs) === "fresh") {
      const { meta, lengthBytes, md5 } = facts;
      const { etag, lastModifiedMs, confirmedAtMs } = meta;
      return {
        ...NOTHING,
        status: 200,
        isHit: true,
        etag: etag === null ? null : `"${etag}"`,
        lengthBytes,
        md5,
        version: lastModifiedMs === null ? null : printHttpDate(lastModifiedMs),
        ageSeconds: Math.max(0, Math.floor((nowMs - confirmedAtMs) / 1_000)),
      };
    }
    if (looks === LOOKS_MAX) return absent;
    await sleep(LOOK_MS * looks);
  }
}

const NOTHING: Sighting = {
  status: 0,
  isHit: false,
  detail: "l2",
  words: null,
  isBroken: false,
  etag: null,
  lengthBytes: 0,
  md5: null,
  version: null,
  ageSeconds: null,
};
