// The last resort for a file of a live channel: when every origin that should have it under its own
// name has failed, the ledger may know the same bytes under another name at another origin.

import { type Attempt, planRescues } from "../../core/origin/attempts.ts";
import { sleep } from "../../platform/clock.ts";
import type { FillPorts } from "../fill/fill-ports.ts";
import type { Situation } from "../ports.ts";

const ANSWER_MS_MAX = 500;

/** Further attempts; none if nobody else has the bytes, or nobody answers in time. */
export async function planMediaRescues(
  situation: Situation,
  tried: readonly Attempt[],
  ports: Pick<FillPorts, "live">,
): Promise<readonly Attempt[]> {
  const { asset, index } = situation;
  const isLedgers = asset.channel.mode === "live" && asset.host === null && !asset.beyondPrefix;
  if (!isLedgers) return [];
  const road = ports.live(asset.channel.id);
  const path = asset.query === "" ? asset.path : `${asset.path}?${asset.query}`;
  const call = road.relay(0).rescue(asset.channel.id, asset.timeline, path);
  const late = sleep(ANSWER_MS_MAX).then(() => []);
  const places = await Promise.race([call, late]).catch(() => []);
  return planRescues(asset, index, places, tried);
}
