// A live playlist, and with a channel's entry playlist the place where its session will be: a share
// of those that begin is sent to the channel's canary, once, by an answer that leads there. What
// they ask for afterwards names the canary by itself, however long it lasts. Nobody's session waits
// for a canary, or fails with it: what the canary cannot give at once the channel does.

import { isInShare } from "../../core/health/operators/session-share.ts";
import type { OriginProblem } from "../../core/origin/outcome.ts";
import { printAssetPath } from "../../core/route/asset-path.ts";
import { printCanaryId } from "../../core/route/canary.ts";
import { within } from "../../platform/clock.ts";
import type { KnownPolicy } from "../../platform/policy-source.ts";
import { findChannel } from "../known-channel.ts";
import type { Ports, Situation } from "../ports.ts";
import type { Served } from "../respond.ts";
import { toServed } from "../serve-playlist.ts";
import { toForm } from "./forms.ts";
import { type LiveWish, serveLive } from "./serve-live.ts";

/** Longest wait for a canary that nobody has watched yet. */
const CANARY_MS_MAX = 3_000;

/** Serves a live playlist, or says why not; null: it is none of the ledger's. */
export async function serveSession(
  situation: Situation,
  wish: LiveWish,
  known: KnownPolicy,
  ports: Ports,
): Promise<Served | OriginProblem | null> {
  const { asset, choice } = situation;
  const n = choice.canary?.n;
  // A warm agent prepares for everybody.
  const isViewer = ports.cause === "viewer" && ports.usesMemory;
  if (n !== undefined && isViewer && asset.path === asset.channel.playlist) {
    const canary = await serveCanary(situation, n, wish, known, ports);
    if (canary !== null) return canary;
  }
  return serveLive(situation, wish, ports);
}

/** Null: the session stays with the channel. */
async function serveCanary(
  { asset, choice, index }: Situation,
  n: number,
  wish: LiveWish,
  known: KnownPolicy,
  ports: Ports,
): Promise<Served | null> {
  if (!isInShare("canary", ports.session(), choice.canary?.share ?? 0)) return null;
  const id = printCanaryId(asset.channel.id, n);
  const found = findChannel(id, known);
  if (found === null) return null;
  const situation = { asset: { ...asset, channel: found.channel }, choice: found.choice, index };
  const call = serveLive(situation, { ...wish, asked: null }, ports);
  const served = await within(call, CANARY_MS_MAX).catch(() => null);
  const entry = ports.isolate.live.find(id)?.entries.get(printAssetPath(asset.assetPath));
  const version = entry?.version ?? null;
  // A media playlist is asked for again at the same URL: it cannot lead anywhere.
  if (served === null || served === "late" || served.kind !== "served") return null;
  if (entry === undefined || version?.media !== null) return null;
  ports.told.canary = n;
  return toServed(toForm(entry, version, "entry"), served.phase, null);
}
