// The guard in front of a library's storages: media whose name no listing holds is asked about
// once, by one object for the whole world, before anybody tries to read it. Only where every place
// that would be asked is a storage that was listed: of an HTTP origin nobody knows the names.
// Without a listing, or where it cannot be read, the storages decide as if there were no guard.

import type { LibraryAnswer, LibraryAsk } from "../../core/contract/library.ts";
import { CONTRACT_VERSION } from "../../core/contract/message.ts";
import { planAttempts } from "../../core/origin/attempts.ts";
import type { OriginProblem } from "../../core/origin/outcome.ts";
import { toListedPlace } from "../../core/origin/place.ts";
import { readClockMs, within } from "../../platform/clock.ts";
import type { Ports, Situation } from "../ports.ts";

/** Longest wait for the guard's word: its own waits for a place and a storage, and the way. */
const ANSWER_MS_MAX = 3_000;
/** Calls that may break: an object that was thrown out of memory is there again at once. */
const CALLS_MAX = 3;

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
  const answer = await askGuard(ports, {
    contract: CONTRACT_VERSION,
    channel: channel.id,
    region: ports.region,
    path,
    version: head.version,
    places: attempts.map(({ origin, url }) => ({ origin, url })),
  });
  return toProblem(answer);
}

async function askGuard(ports: Ports, ask: LibraryAsk): Promise<LibraryAnswer> {
  const untilMs = readClockMs() + ANSWER_MS_MAX;
  for (let calls = 0; calls < CALLS_MAX; calls += 1) {
    // A stub whose object was reset stays broken: a new one for every call.
    const call = ports.library(ask.channel).look(ask);
    const answer = await within(
      call.catch(() => null),
      untilMs - readClockMs(),
    );
    if (answer === "late") break;
    if (answer !== null) return answer;
  }
  return { kind: "busy" };
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
