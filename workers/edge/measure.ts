// Counts what this isolate serves and asks, and brings it to the region's gate in batches. A batch
// rides on whatever request comes after its time is over; nothing waits for it. Also remembers, per
// key, until when a copy might have served, so that the next miss can be named.

import type { CacheKey } from "../core/cache/key.ts";
import { CONTRACT_VERSION } from "../core/contract/message.ts";
import type { RegionGateApi } from "../core/contract/objects.ts";
import type { EgressCause } from "../core/contract/tally.ts";
import type { OriginFailure } from "../core/health/failure.ts";
import type { OriginPort } from "../core/origin/port.ts";
import type { Asset } from "../core/resolve/asset.ts";
import { decideMissReason, type MissReason } from "../core/respond/miss-reason.ts";
import { printPhase } from "../core/respond/phase.ts";
import { parseCanaryId } from "../core/route/canary.ts";
import { isSystemPath } from "../core/route/route.ts";
import { GIVEN_UP_OUTCOME, LATE_OUTCOME } from "../core/telemetry/region-news.ts";
import { Tally } from "../core/telemetry/tally.ts";
import { readClockMs } from "../platform/clock.ts";
import type { OriginBody } from "../platform/origin-fetch.ts";
import { countFile } from "./file-count.ts";
import type { Ports } from "./ports.ts";
import type { Served } from "./respond.ts";

/**
 * How often a batch is sent while there is traffic, and how soon if an origin has failed. A storm
 * of failures is told once a second: a gate has hundreds of isolates to listen to.
 */
const FLUSH_MS = 2_000;
const FLUSH_MS_URGENT = 200;
const URGENT_AGAIN_MS = 1_000;
/** A request that was given up after so long was late; before, it was only not needed any more. */
const LATE_MS = 300;
/** Keys and paths remembered, for naming misses. */
const SEEN_MAX = 8_192;

interface SeenPath {
  readonly timeline: number;
  readonly query: string;
}

export interface Measures {
  readonly tally: Tally;
  readonly seenKeys: Map<string, number>;
  readonly seenPaths: Map<string, SeenPath>;
  /** Files of libraries that viewers had, `{channel}/{path}`; bounded. */
  readonly files: Map<string, number>;
  /** Requests that were served the short way, by URL. */
  readonly fast: Map<string, number>;
  flushedAtMs: number;
  /** Whether something was counted that the health centre should know at once. */
  isUrgent: boolean;
  urgentAtMs: number;
}

/** Makes empty measures. One per isolate. */
export function makeMeasures(): Measures {
  return {
    tally: new Tally(),
    seenKeys: new Map(),
    seenPaths: new Map(),
    files: new Map(),
    fast: new Map(),
    flushedAtMs: 0,
    isUrgent: false,
    urgentAtMs: 0,
  };
}

/** Sends what was counted, if it is time. */
export function flush(
  measures: Measures,
  gate: () => RegionGateApi,
  waitUntil: (work: Promise<unknown>) => void,
): void {
  const nowMs = readClockMs();
  const isHurried = measures.isUrgent && nowMs - measures.urgentAtMs >= URGENT_AGAIN_MS;
  if (nowMs - measures.flushedAtMs < (isHurried ? FLUSH_MS_URGENT : FLUSH_MS)) return;
  mergeFast(measures);
  if (measures.tally.isEmpty) return;
  measures.flushedAtMs = nowMs;
  if (isHurried) measures.urgentAtMs = nowMs;
  measures.isUrgent = false;
  const rows = measures.tally.drain();
  const files = [...measures.files].map(([name, count]) => ({ name, count }));
  measures.files.clear();
  const sent = gate().count({ contract: CONTRACT_VERSION, rows, files });
  waitUntil(sent.catch(() => measures.tally.merge(rows)));
}

/** Names the miss, if it was one, and remembers what was served. */
export function explain(served: Served, asset: Asset, key: CacheKey, ports: Ports): Served {
  const { seenKeys, seenPaths } = ports.isolate.measures;
  const { meta, phase } = served;
  const isMiss = phase.kind === "fill" && phase.reason !== "stale" && asset.kind !== "playlist";
  const why = isMiss ? toMissReason(served, asset, key, ports) : null;
  const explained = isMiss && why !== null ? { ...served, phase: { ...phase, why } } : served;
  if (meta.storable) {
    keep(seenKeys, key, meta.freshUntilMs + Math.max(meta.swrMs, meta.sieMs));
    keep(seenPaths, toSeenPath(asset), { timeline: asset.timeline, query: asset.query });
  }
  const labels = [parseCanaryId(asset.channel.id).channelId, asset.kind, served.ttlReason];
  if (ports.cause === "viewer") ports.isolate.measures.tally.add("lifetimes", labels, {});
  ports.told.outcome = printOutcome(explained);
  ports.told.served = explained;
  return explained;
}

/** Whoever reads along misses for the reason for which the fill was begun. */
function toMissReason(
  { meta, phase, shared }: Served,
  asset: Asset,
  key: CacheKey,
  { isolate }: Ports,
): MissReason {
  const { seenKeys, seenPaths } = isolate.measures;
  const isCollapsed = phase.kind === "fill" && phase.collapsed;
  const joinedPrefetch = isCollapsed && isolate.prefetched.has(key);
  if (isCollapsed && !joinedPrefetch && shared?.why != null) return shared.why;
  const why = decideMissReason({
    storable: meta.storable,
    joinedPrefetch,
    seenUntilMs: seenKeys.get(key) ?? null,
    seenAs: seenPaths.get(toSeenPath(asset)) ?? null,
    timeline: asset.timeline,
    query: asset.query,
    nowMs: readClockMs(),
  });
  if (shared !== undefined && !joinedPrefetch) shared.why ??= why;
  return why;
}

function toSeenPath({ channel, path }: Asset): string {
  return `${channel.id}/${path}`;
}

/** One word for how a request ended: a tier, or why the caches did not have it. */
function printOutcome({ phase, meta }: Served): string {
  if (phase.kind === "fill" && phase.why !== undefined) return `miss-${phase.why}`;
  return printPhase(phase, readClockMs() > meta.freshUntilMs);
}

function keep<T>(seen: Map<string, T>, name: string, value: T): void {
  seen.delete(name);
  seen.set(name, value);
  const oldest = seen.keys().next();
  if (seen.size > SEEN_MAX && !oldest.done) seen.delete(oldest.value);
}

/** An origin port that keeps the egress ledger: requests and bytes by origin and cause. */
export function countEgress(
  origins: OriginPort<OriginBody>,
  measures: Measures,
  cause: EgressCause,
): OriginPort<OriginBody> {
  const { tally } = measures;
  const isAhead = cause === "announced" || cause === "hinted";
  const purpose = isAhead ? ({ purpose: "prefetch" } as const) : {};
  return {
    async send(request) {
      const startedAtMs = readClockMs();
      const reply = await origins.send({ ...request, ...purpose });
      const durationMs = readClockMs() - startedAtMs;
      if (reply.kind === "origin-failure") {
        const outcome = toEgressOutcome(reply, cause, durationMs);
        measures.isUrgent ||= outcome !== GIVEN_UP_OUTCOME;
        tally.add("egress", [request.origin.id, cause, outcome], { durationMs });
        return reply;
      }
      const bytes = Number(reply.header("content-length") ?? 0) || 0;
      const outcome = `http-${reply.status}`;
      measures.isUrgent ||= reply.status >= 500;
      const isBody = request.method === "GET" && reply.status < 300;
      tally.add("egress", [request.origin.id, cause, outcome], {
        durationMs,
        bytes: isBody ? bytes : 0,
      });
      return reply;
    },
  };
}

/** Sources give requests up in their everyday work, and tell what it means themselves. */
function toEgressOutcome(reply: OriginFailure, cause: EgressCause, durationMs: number): string {
  if (reply.isGivenUp !== true) return reply.failure;
  return cause !== "live-edge" && durationMs >= LATE_MS ? LATE_OUTCOME : GIVEN_UP_OUTCOME;
}

/** What a body can be blamed for, whatever its status was. */
const BODY_FAULTS: ReadonlySet<string> = new Set([
  "reset",
  "short-body",
  "too-large",
  "bad-encoding",
  "not-a-playlist",
  "bad-playlist",
  "wrong-digest",
  "not-media",
]);

/** Counts what was wrong with a body; the rest is counted where headers are read. */
export function countFault(measures: Measures, { originId, failure }: OriginFailure): void {
  if (!BODY_FAULTS.has(failure)) return;
  measures.isUrgent = true;
  measures.tally.add("faults", [originId, failure], {});
}

/** Counts a response: channel and rendition are read from the path as it was asked for. */
export function countResponse(
  path: string,
  response: Response,
  startedAtMs: number,
  ports: Pick<Ports, "isolate" | "told" | "cause">,
): void {
  if (ports.cause !== "viewer" || isSystemPath(path) || response.status === 204) return;
  const bytes = Number(response.headers.get("content-length") ?? 0) || 0;
  const { told } = ports;
  const isProblem = response.status >= 400 && told.outcome !== SHED_OUTCOME;
  const outcome = isProblem ? `http-${response.status}` : told.outcome;
  const durationMs = readClockMs() - startedAtMs;
  // What nobody knows is not worth a series: strangers choose such paths.
  const labels = isProblem && !told.isKnown ? UNKNOWN : toPlace(path);
  ports.isolate.measures.tally.add("requests", [...labels, outcome], { bytes, durationMs });
  if (!isProblem) countFile(path, told.asset, ports.isolate.measures.files);
}

/**
 * Counts a playlist that was served the short way, which knows neither sizes nor times: most of a
 * live event's requests, so it may cost no more than one look into a map.
 */
export function countFast(
  measures: Measures,
  url: string,
  gate: () => RegionGateApi,
  context: Pick<ExecutionContext, "waitUntil">,
): void {
  const mark = url.indexOf("?");
  const place = toTokenless(mark < 0 ? url : url.slice(0, mark));
  const count = (measures.fast.get(place) ?? 0) + 1;
  measures.fast.set(place, count);
  if (count % FAST_LOOK_COUNT !== 0 && count !== 1) return;
  flush(measures, gate, (work) => context.waitUntil(work));
}

/** One playlist is one entry, whoever asks for it; a token must not stay in memory here. */
function toTokenless(url: string): string {
  const start = url.indexOf("/", 8);
  if (url.charAt(start + 1) !== "~") return url;
  return url.slice(0, start) + url.slice(url.indexOf("/", start + 2));
}

/** Counts a call that a relay took. */
export function countRelay(
  measures: Measures,
  relay: string,
  gate: () => RegionGateApi,
  context: Pick<DurableObjectState, "waitUntil">,
): void {
  measures.tally.add("relays", [relay], {});
  flush(measures, gate, (work) => context.waitUntil(work));
}

/** Requests of one playlist between two looks at the clock. */
const FAST_LOOK_COUNT = 64;

function mergeFast({ fast, tally }: Measures): void {
  for (const [url, count] of fast) {
    const labels = toPlace(url.slice(url.indexOf("/", 8)));
    tally.add("requests", [...labels, "hit-l0"], { count });
  }
  fast.clear();
}

/** How a session ended that was turned away: no failure of ours, and counted apart. */
export const SHED_OUTCOME = "shed";
const UNKNOWN = ["unknown", "", "none"];
/** Channel, folder and kind. */
const PLACE = /^(?:\/~[^/]*)?\/([^/]+)\/(?:@[^/]*\/){0,2}(?:(.*)\/)?([^/]*)$/;

function toPlace(path: string): readonly string[] {
  const [, channel = "", folder = "", name = ""] = PLACE.exec(path) ?? [];
  return [channel, folder, toKindWord(name)];
}

function toKindWord(name: string): string {
  if (/\.m3u8?$/.test(name)) return "playlist";
  return /\.(?:ts|m4s|mp4|m4v|m4a|cmf[vat]|aac|mp3|ac3|ec3|vtt|webvtt|m2ts|mov)$/.test(name)
    ? "segment"
    : "file";
}
