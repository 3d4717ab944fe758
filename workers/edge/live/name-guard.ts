// The guard in front of a live channel's origins: a media file is asked for only if some version of
// some playlist announced its name and it is still available. It stands behind the caches, so a
// file that is stored costs nothing here, and in front of every fill. Names that this isolate has
// not shown itself are the coordinator's to judge; if it cannot be reached, or knows nothing of the
// channel, the origins decide as if there were no guard: better one request too many than a black
// screen.

import { CONTRACT_VERSION } from "../../core/contract/message.ts";
import type { NameAnswer } from "../../core/contract/names.ts";
import type { OriginProblem } from "../../core/origin/outcome.ts";
import type { Asset } from "../../core/resolve/asset.ts";
import { printAssetPath } from "../../core/route/asset-path.ts";
import { readClockMs, sleep } from "../../platform/clock.ts";
import type { Ports, Situation } from "../ports.ts";

/** Wait for a name that looks like the next one: a version's way through the objects. */
const HOLD_MS = 500;
/** Longest wait for the coordinator's word, a channel's waking included. */
const ANSWER_MS_MAX = 1_500;

/** Why a file must not be asked for; null: it may. */
export async function refuseUnannounced(
  { asset }: Situation,
  ports: Ports,
): Promise<OriginProblem | null> {
  if (!isGuarded(asset)) return null;
  const names = ports.isolate.names(asset.channel.id);
  const name = toName(asset);
  const known = names.find(name, readClockMs());
  const answer = known ?? (await ask(asset, name, ports));
  if (known === null && answer !== null) names.keep(name, answer, readClockMs());
  return answer === null ? null : toProblem(answer);
}

/** Media of a live channel, and anything whose query is claimed to be announced. */
function isGuarded({ channel, kind, query }: Asset): boolean {
  if (channel.mode !== "live" || kind === "playlist") return false;
  return kind === "segment" || kind === "init-or-segment" || query !== "";
}

function toName({ assetPath, query }: Asset): string {
  const path = printAssetPath(assetPath);
  return query === "" ? path : `${path}?${query}`;
}

async function ask(asset: Asset, name: string, ports: Ports): Promise<NameAnswer | null> {
  const road = ports.live(asset.channel.id);
  const call = road.relay(0).named({
    contract: CONTRACT_VERSION,
    channel: asset.channel.id,
    region: road.region,
    name,
    // Nobody waits for what was only wished for.
    holdMs: ports.cause === "hinted" ? 0 : HOLD_MS,
  });
  const answer = call.catch(() => null);
  return Promise.race([answer, sleep(ANSWER_MS_MAX).then(() => null)]);
}

function toProblem(answer: NameAnswer): OriginProblem | null {
  switch (answer.kind) {
    case "announced":
    case "no-ledger":
      return null;
    case "not-announced":
      return { ...REFUSED, reason: "not-announced", detail: "No playlist announced this file." };
    case "not-yet":
      return { ...REFUSED, reason: "not-yet", detail: "The next version may announce this file." };
  }
}

// Nothing lasting: the next version may announce it.
const REFUSED = { kind: "problem", originId: null, isAbsence: false } as const;
