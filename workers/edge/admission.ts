// A session begins with a channel's multivariant playlist: here it is counted, and in an overload
// turned away if the lot falls on it. Whoever has the playlist already goes on: media playlists and
// segments never come by here. The share is control's, and the lot is the session's own hash, so a
// player that tries again a moment later gets the same answer for as long as the share stands.

import type { CacheKey } from "../core/cache/key.ts";
import type { Policy } from "../core/contract/policy.ts";
import { isInShare } from "../core/health/operators/session-share.ts";
import type { ProblemReason } from "../core/http/problem.ts";
import { printAssetPath } from "../core/route/asset-path.ts";
import { parseCanaryId } from "../core/route/canary.ts";
import { SHED_OUTCOME } from "./measure.ts";
import type { Ports, Situation } from "./ports.ts";

/** Null: it may come in, or it is none that begins. */
export function admitSession(
  situation: Situation,
  key: CacheKey,
  policy: Policy,
  ports: Ports,
): { readonly reason: ProblemReason; readonly detail: string } | null {
  const { channel } = situation.asset;
  const isViewer = ports.cause === "viewer" && ports.usesMemory;
  const { channelId, canary } = parseCanaryId(channel.id);
  const isCanary = canary > 0 || ports.told.canary !== undefined;
  const isSent = ports.told.canary !== undefined;
  if (!isViewer || !(isSent || isBeginning(situation, key, ports))) return null;
  const share = policy.shed?.share ?? 0;
  const isOut = share > 0 && isInShare("shed", ports.session(), share);
  const { measures } = ports.isolate;
  const outcome = isCanary ? "canary" : "begun";
  measures.tally.add("sessions", [channelId, isOut ? SHED_OUTCOME : outcome], {});
  if (!isOut) return null;
  ports.told.outcome = SHED_OUTCOME;
  const detail = "More viewers have come than can be served; those who watch already are.";
  return { reason: "shed", detail };
}

/** The channel's entry playlist, if it is multivariant: a media playlist is asked for again. */
function isBeginning({ asset }: Situation, key: CacheKey, { isolate }: Ports): boolean {
  const { channel, kind, path, assetPath } = asset;
  if (kind !== "playlist" || path !== channel.playlist) return false;
  const pushed = isolate.live.find(channel.id)?.entries.get(printAssetPath(assetPath))?.version;
  const version = pushed ?? isolate.playlists.get(key);
  return version !== null && version !== undefined && version.media === null;
}
