// What the ledger of a live channel has to do with one asset: who feeds a playlist and which
// version is shown, or at which origins, under which names, the bytes of a file are. Asked of the
// same relay that a request for the asset would ask. Null for what no ledger keeps.

import type { ExplainedLedger } from "../../core/contract/explain.ts";
import type { Asset } from "../../core/resolve/asset.ts";
import { printAssetPath } from "../../core/route/asset-path.ts";
import { within } from "../../platform/clock.ts";
import type { Ports } from "../ports.ts";

const ANSWER_MS_MAX = 500;

/** The ledger's part in an explanation. */
export async function explainLedger(
  asset: Asset,
  ports: Ports,
  nowMs: number,
): Promise<ExplainedLedger | null> {
  const { channel, host, beyondPrefix, path, query } = asset;
  if (channel.mode !== "live" || host !== null || beyondPrefix) return null;
  if (asset.kind !== "playlist") {
    const name = query === "" ? path : `${path}?${query}`;
    const call = ports.live(channel.id).relay(0).rescue(channel.id, asset.timeline, name);
    const places = await within(call, ANSWER_MS_MAX).catch(() => "late" as const);
    return { kind: "file", places: places === "late" ? [] : places };
  }
  const live = ports.isolate.live.find(channel.id);
  const held = live?.entries.get(printAssetPath(asset.assetPath))?.held ?? null;
  if (held === null || held.version === null) return null;
  return {
    kind: "playlist",
    generation: held.version.generation,
    seq: held.version.seq,
    originId: held.version.originId,
    lastMsn: held.version.facts?.lastMsn ?? null,
    confirmedAgoMs: Math.max(0, nowMs - held.confirmedAtMs),
    expectedInMs: held.expectedAtMs === null ? null : held.expectedAtMs - nowMs,
    timelines: live?.timelines?.list ?? [],
  };
}
