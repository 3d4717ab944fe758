// The way of a request, whole: request -> route -> auth -> resolve -> cache -> origin -> parse ->
// transform -> ttl -> respond. Every branch of it is in `walk`; the stages are leaves.
//
// What is stored is the shared form, without anything of the viewer. `respond` is the last point
// at which a status can still change: once its headers are on the way only bytes follow.

import { toCacheKey } from "../core/cache/key.ts";
import { parseDirectives } from "../core/delivery/directives.ts";
import { type ProblemReason, toInstance, toProblem } from "../core/http/problem.ts";
import type { ViewerRequest } from "../core/http/request.ts";
import type { OriginProblem } from "../core/origin/outcome.ts";
import { type Asset, decideAsset } from "../core/resolve/asset.ts";
import { type ProblemPhase, toProblemStatus } from "../core/respond/phase.ts";
import { planPreflight, planProblemReply } from "../core/respond/reply.ts";
import { printCanaryId } from "../core/route/canary.ts";
import { parseRoute, type Refusal } from "../core/route/route.ts";
import {
  printTokenRefusal,
  TOKEN_REFUSAL_RULES,
  type TokenRefusal,
  toTokenRefusal,
} from "../core/token/refusal.ts";
import { readClockMs } from "../platform/clock.ts";
import type { KnownPolicy } from "../platform/policy-source.ts";
import { admitSession } from "./admission.ts";
import { findChannel } from "./known-channel.ts";
import { waitForHinted } from "./live/hinted.ts";
import { toLiveChoice } from "./live/live-choice.ts";
import { serveSession } from "./live/serve-session.ts";
import { explain } from "./measure.ts";
import type { Ports } from "./ports.ts";
import { respond, type Served, toResponse } from "./respond.ts";
import { respondForCache } from "./respond-for-cache.ts";
import { serveMedia } from "./serve-media.ts";
import { servePlaylist } from "./serve-playlist.ts";
import { serveThrough } from "./serve-through.ts";
import { toViewerChoice } from "./viewer-choice.ts";
import { admit } from "./viewer-grant.ts";

/** Walks a viewer's request to its response. `known` is null until a policy was ever received. */
export async function walk(
  request: ViewerRequest,
  known: KnownPolicy | null,
  ports: Ports,
): Promise<Response> {
  const route = parseRoute(request);
  if (route.kind === "refused") return refuse(request, route);
  if (route.kind === "preflight") return toResponse(planPreflight(request, readClockMs()), null);
  if (route.kind !== "asset") return refuse(request, NOT_AN_ASSET);

  if (known === null) return refuse(request, NO_POLICY);
  const id = printCanaryId(route.channel, route.canary);
  const found = findChannel(id, known);
  if (found === null) {
    const detail = `There is no channel "${id}".`;
    return refuse(request, { reason: "unknown-channel", detail });
  }
  const { channel, choice: chosen } = found;
  ports.told.isKnown = true;
  const admission = admit(channel, route, request, known.index, ports);
  const grant = admission instanceof Promise ? await admission : admission;
  if (grant.kind === "refused") return refuse(request, toDenial(grant));
  ports.told.isPersonal = grant.isPersonal;
  const isLive = channel.mode === "live";
  const own = isLive ? await toLiveChoice(channel, chosen, route.asset, ports) : chosen;
  const choice = toViewerChoice(own, ports);
  // What asks on behalf of the cache was judged in front of it, and carries the key's query only.
  const marks = ports.forCache ? null : ports.isolate.marks(known.policy.querySecret);
  const asset = decideAsset(grant, channel, choice, route, known.index, marks);
  if (asset.kind === "refused") return refuse(request, asset);

  const key = toCacheKey(asset);
  Object.assign(ports.told, { choice, asset, key });
  const absence = ports.isolate.absences.find(key, readClockMs());
  if (absence !== null) {
    return refuse(request, { reason: "not-found", detail: absence }, "kept-absence");
  }

  const situation = { asset, choice, index: known.index, marks };
  const answer = (served: Served) => {
    const isTooLate = grant.isLate && served.isMultivariant === true;
    if (isTooLate) return refuse(request, toDenial(toTokenRefusal("expired")));
    const turnedAway = admitSession(situation, key, known.policy, ports);
    if (turnedAway !== null) return refuse(request, turnedAway);
    return respond(request, explain(served, asset, key, ports));
  };
  const wish = { asked: parseDirectives(route.query), startedAtMs: request.nowMs };
  const live = isLivePlaylist(asset) ? await serveSession(situation, wish, known, ports) : null;
  if (live?.kind === "served") return answer(live);
  if (live !== null) {
    if (live.isAbsence) ports.isolate.absences.put(key, live.detail, readClockMs() + ABSENT_MS);
    return refuse(request, live, live.reason === "bad-query" ? "refused" : "forwarded");
  }
  const hint = { startedAtMs: request.nowMs, range: request.headers.range };
  const hinted = isLive ? await waitForHinted(asset, hint, ports) : null;
  if (hinted?.kind === "problem") return refuse(request, hinted, "forwarded");
  const isPlaylist = asset.kind === "playlist" || ports.isolate.playlists.get(key) !== null;
  const media = hinted === null ? situation : { ...situation, isGrowing: hinted.isGrowing };
  const { through } = ports;
  if (!isPlaylist && through !== null && hinted?.isGrowing !== true) {
    return serveThrough(situation, key, request, ports, through);
  }
  const served = isPlaylist
    ? await servePlaylist(situation, key, ports)
    : await serveMedia(media, key, request, ports);
  if (served.kind === "problem") return refuse(request, served, "forwarded");
  if (ports.forCache) return respondForCache(request, served);
  return answer(served);
}

/** Pushed playlists: those of the channel itself, without parameters that ask for another one. */
function isLivePlaylist(asset: Asset): boolean {
  const { kind, channel, assetPath, query } = asset;
  if (kind !== "playlist" || channel.mode !== "live" || query !== "") return false;
  return assetPath.label.kind === "timeline" && assetPath.label.n === 0;
}

function toDenial(refusal: TokenRefusal): { reason: ProblemReason; detail: string } {
  const { problem } = TOKEN_REFUSAL_RULES[refusal.why];
  return { reason: problem, detail: printTokenRefusal(refusal) };
}

/** How long "there is no such playlist" is believed: the shortest target duration there is. */
const ABSENT_MS = 1_000;

const NOT_AN_ASSET = { reason: "not-found", detail: "This place is served elsewhere." } as const;
const NO_POLICY = {
  reason: "no-origin",
  detail: "This edge has not received a policy yet; is the control worker running?",
} as const;

/** The way out for everybody who gets no bytes; `phase` is how far the request came. */
export function refuse(
  request: ViewerRequest,
  why: { readonly reason: ProblemReason; readonly detail: string } | Refusal | OriginProblem,
  phase: ProblemPhase = "refused",
): Response {
  const nowMs = readClockMs();
  const originId = "originId" in why ? why.originId : null;
  const problem = toProblem(why.reason, why.detail, toInstance(request.path));
  const timing = {
    edgeMs: nowMs - request.nowMs,
    originMs: null,
    viewerRttMs: request.rttMs ?? null,
  };
  const status = toProblemStatus(phase, why.reason);
  const reply = planProblemReply(problem, request.method, timing, originId, nowMs, status);
  return toResponse(reply, null);
}
