// The guard in front of a library's storages: media whose name no listing holds is asked about
// once, by one object for the whole world, before anybody tries to read it. Only where every place
// that would be asked is a storage that was listed: of an HTTP origin nobody knows the names.
// Without a listing, or where it cannot be read, the storages decide as if there were no guard.

import type { LibraryAnswer } from "../../core/contract/library.ts";
import { CONTRACT_VERSION } from "../../core/contract/message.ts";
import { planAttempts } from "../../core/origin/attempts.ts";
import type { OriginProblem } from "../../core/origin/outcome.ts";
import { toListedPlace } from "../../core/origin/place.ts";
import { readClockMs, sleep } from "../../platform/clock.ts";
import type { Ports, Situation } from "../ports.ts";

/** Longest wait for the guard's word: its own wait for a storage, and the way. */
const ANSWER_MS_MAX = 3_000;

/** Why a file must not be asked for; null: it may. */
export async function refuseUnlisted(
  { asset, choice, index }: Situation,
  ports: Ports,
): Promise<OriginProblem | null> {
  const { channel, kind, path } = asset;
  const isMedia = kind === "segment" || kind === "init-or-segment";
  if (channel.mode !== "vod" || !isMedia || asset.host !== null || asset.beyondPrefix) return null;
  const attempts = planAttempts(asset, choice, index, new Map(), readClockMs());
  const places = attempts.flatMap(({ origin, place }) => toListedPlace(origin, place) ?? []);
  if (places.length === 0 || places.length < attempts.length) return null;
  const { libraries } = ports.isolate;
  const head = await libraries.head(channel.id, places, ports.names);
  if (head === null || (await libraries.has(head, path, ports.names)) !== false) return null;
  const call = ports.library(channel.id).look({
    contract: CONTRACT_VERSION,
    channel: channel.id,
    region: ports.region,
    path,
    version: head.version,
    places: attempts.map(({ origin, url }) => ({ origin, url })),
  });
  const late = sleep(ANSWER_MS_MAX).then(() => null);
  const answer = await Promise.race([call, late]).catch(() => null);
  return answer === null ? null : toProblem(answer);
}

function toProblem({ kind }: LibraryAnswer): OriginProblem | null {
  switch (kind) {
    case "there":
      return null;
    case "absent":
      return { ...REFUSED, reason: "not-found", detail: "The library holds no such file." };
    case "busy":
      return { ...REFUSED, reason: "busy", detail: "Too many unknown names are asked for." };
  }
}

// Nothing lasting: an upload may end at any moment.
const REFUSED = { kind: "problem", originId: null, isAbsence: false } as const;
