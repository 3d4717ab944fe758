// The way of a playlist from an origin into memory: ask, judge, parse, compare, rewrite, date.
// Asks the origins of the timeline one after the other until one gives a playlist that viewers may
// see; a body that is no playlist, or is behind what they have seen, is a failure like any other.

import { decideStanding } from "../core/cache/freshness.ts";
import type { CacheKey } from "../core/cache/key.ts";
import { FAILURE_RULES, type OriginFailure, toOriginFailure } from "../core/health/failure.ts";
import { printPlaylistFailure } from "../core/hls/failure.ts";
import { defaultPlaylistLimits } from "../core/hls/limits.ts";
import { parsePlaylist } from "../core/hls/parse-playlist.ts";
import type { MediaPlaylist } from "../core/hls/playlist.ts";
import { toPlaylistFacts } from "../core/hls/playlist-facts.ts";
import { parseHttpDate } from "../core/http/http-date.ts";
import { type Attempt, planAttempts } from "../core/origin/attempts.ts";
import { type OriginProblem, toOriginProblem } from "../core/origin/outcome.ts";
import { decideReply } from "../core/origin/reply.ts";
import { decideSuccession } from "../core/origin/succession.ts";
import { toMediaQuery } from "../core/resolve/query.ts";
import { printMarkedQuery } from "../core/resolve/query-mark.ts";
import { printAssetPath } from "../core/route/asset-path.ts";
import { toKeptPromises } from "../core/transform/own-promises.ts";
import type { RewriteContext } from "../core/transform/rewrite-context.ts";
import { rewritePlaylist } from "../core/transform/rewrite-uris.ts";
import { applyLook, toFirstPublication } from "../core/ttl/publication.ts";
import { readText } from "../platform/body.ts";
import { readClockMs } from "../platform/clock.ts";
import type { BodyReply } from "../platform/origin-fetch.ts";
import { toCacheHeaders } from "./cache-headers.ts";
import { announceOutside } from "./live/outside-names.ts";
import { type OriginWord, toMergedHeaders, toWord } from "./origin-word.ts";
import { decideAbsence, decideLifetime } from "./playlist-lifetime.ts";
import { findRemembered, forget, recall, remember } from "./playlist-shelf.ts";
import {
  isRunning,
  type PlaylistFill,
  type PlaylistMediaFacts,
  type PlaylistVersion,
  toConfirmedVersion,
  toPlaylistVersion,
} from "./playlist-version.ts";
import { noteFailure, noteSuccess, type Ports, type Situation } from "./ports.ts";
import { toSteered } from "./steered-playlist.ts";

/** A day of 2 s segments with dates is 6 MB; more is a fault or an attack. */
export const PLAYLIST_BYTES_MAX = 16 * 1024 * 1024;
const BODY_TIMEOUT_MS = 4_000;

/**
 * Gets a version that may be shown, newest first origin first, and remembers it. One that another
 * isolate has renewed in the meantime saves the way.
 */
export async function fillPlaylist(
  situation: Situation,
  key: CacheKey,
  ports: Ports,
): Promise<PlaylistFill> {
  const found = await findRenewed(situation, key, ports);
  if (found !== null) return found;
  const { asset, choice, index } = situation;
  const { isolate } = ports;
  const startedAtMs = readClockMs();
  const failures: OriginFailure[] = [];
  for (const attempt of planAttempts(asset, choice, index, isolate.originFailures, startedAtMs)) {
    const shown = toShown(situation, key, ports);
    const got = await tryAttempt(attempt, situation, shown, key, ports);
    if (got.kind === "version") {
      noteSuccess(situation, ports, attempt.origin.id);
      remember(key, got.version, ports);
      if (got.originStatus !== 304) await announceOutside(situation, got.version, ports);
      return got;
    }
    failures.push(got);
    noteFailure(situation, ports, got);
    if (!FAILURE_RULES[got.failure].retry) break;
  }
  const problem = toOriginProblem(failures);
  if (problem.isAbsence) noteAbsence(situation, key, problem, ports);
  return problem;
}

/** A fresh copy that somebody else has brought since this isolate's own was looked at. */
async function findRenewed(
  situation: Situation,
  key: CacheKey,
  ports: Ports,
): Promise<PlaylistFill | null> {
  const isFresh = ({ meta }: PlaylistVersion) => decideStanding(meta, readClockMs()) === "fresh";
  const known = findRemembered(situation, key, ports);
  if (known !== null && isFresh(known)) return { kind: "found", version: known, tier: "l0" };
  // Without one the cache has just been asked; one that goes on is not there.
  if (known === null || isRunning(known)) return null;
  const copy = await recall(situation, key, ports);
  return copy !== null && isFresh(copy) ? { kind: "found", version: copy, tier: "l1" } : null;
}

/**
 * "There is no such thing" from everybody ends a copy (RFC 5861 section 4 lets it stand in for a
 * server's failures only). Not so a live one's: a packager that restarts says the same.
 */
function noteAbsence(
  situation: Situation,
  key: CacheKey,
  problem: OriginProblem,
  ports: Ports,
): void {
  const shown = toShown(situation, key, ports);
  if (shown !== null && isRunning(shown)) return;
  forget(key, ports);
  const nowMs = readClockMs();
  const { freshMs } = decideAbsence(situation, key, nowMs);
  ports.isolate.absences.put(key, problem.detail, nowMs + freshMs);
}

/**
 * What viewers have seen and may still hold. A copy past every use no longer binds: an encoder that
 * came back under lower numbers is a jump for those who waited, and all that there is for the rest.
 */
function toShown(situation: Situation, key: CacheKey, ports: Ports): PlaylistVersion | null {
  const shown = findRemembered(situation, key, ports);
  if (shown === null || decideStanding(shown.meta, readClockMs()) === "expired") return null;
  return shown;
}

async function tryAttempt(
  attempt: Attempt,
  situation: Situation,
  shown: PlaylistVersion | null,
  key: CacheKey,
  ports: Ports,
): Promise<(PlaylistFill & { kind: "version" }) | OriginFailure> {
  const { origin, url, headerTimeoutMs } = attempt;
  const said = shown?.said?.originId === origin.id ? shown.said : null;
  const sentAtMs = readClockMs();
  const reply = await ports.origins.send({
    origin,
    url,
    method: "GET",
    ifNoneMatch: said?.etag ?? null,
    ...(said?.lastModified == null ? {} : { ifModifiedSince: said.lastModified }),
    headerTimeoutMs,
  });
  if (reply.kind === "origin-failure") return reply;
  const verdict = decideReply(reply);
  if (verdict.kind !== "body") await reply.body?.cancel();
  if (verdict.kind === "origin-failure") return verdict;
  if (verdict.kind === "unchanged") {
    if (shown === null || said === null)
      return toOriginFailure(origin.id, "status-4xx", `${origin.id} sent 304 unasked`);
    const version = toUnchanged(situation, shown, said, key, reply, sentAtMs);
    return { kind: "version", version, originStatus: 304, originMs: reply.latencyMs };
  }
  const reading = await readText(reply, PLAYLIST_BYTES_MAX, BODY_TIMEOUT_MS);
  if (reading.kind === "origin-failure") return reading;
  const version = toVersion(reading, attempt, situation, shown, key, reply, sentAtMs);
  if ("failure" in version) return version;
  return { kind: "version", version, originStatus: reply.status, originMs: reply.latencyMs };
}

/** Parse, compare, transform, ttl: from a body to something that may be shown. */
function toVersion(
  reading: { readonly text: string; readonly bytes: Uint8Array },
  attempt: Attempt,
  situation: Situation,
  shown: PlaylistVersion | null,
  key: CacheKey,
  reply: BodyReply,
  sentAtMs: number,
): PlaylistVersion | OriginFailure {
  const { origin, placeUrl, url } = attempt;
  const { asset, index } = situation;
  const parsed = parsePlaylist(reading.text, defaultPlaylistLimits, reading.bytes);
  if (parsed.kind === "failure") {
    const failure = parsed.reason === "not-a-playlist" ? "not-a-playlist" : "bad-playlist";
    const detail = `${origin.id}, ${printPlaylistFailure(parsed)}`;
    return toOriginFailure(origin.id, failure, detail);
  }
  const playlist = toKeptPromises(parsed);
  const media =
    playlist.kind === "media" ? toMediaFacts(playlist, situation, shown, sentAtMs) : null;
  const isLive = asset.channel.mode === "live";
  if (isLive && media !== null && decideSuccession(shown?.media ?? null, media) === "behind") {
    const shownMsn = shown?.media?.lastMsn;
    const detail = `${origin.id} is behind: segment ${media.lastMsn}, shown before ${shownMsn}`;
    return toOriginFailure(origin.id, "lagging", detail);
  }
  const { policy } = asset.channel;
  const rewritten = rewritePlaylist(playlist, {
    channel: asset.channel.id,
    playlistPath: asset.path,
    playlistLabel: asset.assetPath.label,
    playlistUrl: url,
    prefixUrl: placeUrl,
    timeline: asset.timeline,
    beyondPrefix: policy.beyondPrefix,
    hosts: index.catalog.hosts,
    unknownHosts: policy.unknownHosts,
    query: asset.query,
    ...toMarking(situation),
  });
  if (rewritten.kind === "refused") {
    const failure = rewritten.reason === "beyond-prefix" ? "beyond-prefix" : "bad-playlist";
    const detail = `${origin.id}, line ${rewritten.line}: ${rewritten.detail} ${rewritten.remedy}`;
    return toOriginFailure(origin.id, failure, detail);
  }
  const said = toWord(situation, reply);
  const lastModified = reply.header("last-modified");
  const { times, ttlReason } = decideLifetime(
    { situation, key, kind: playlist.kind, media, sentAtMs },
    said.caching,
    reply,
  );
  const meta = {
    ...times,
    lastModifiedMs: lastModified === null ? null : parseHttpDate(lastModified),
    immutable: false,
    originId: origin.id,
    cmsdStatic: reply.header("cmsd-static"),
    upstreamCacheStatus: null,
  };
  const { timeline } = asset;
  const isSteered = playlist.kind === "multivariant" && policy.steering !== undefined;
  const bytes = isSteered
    ? toSteered(rewritten.text, asset.channel, printAssetPath(asset.assetPath))
    : (rewritten.bytes() ?? rewritten.text);
  return toPlaylistVersion(bytes, meta, { timeline, said, media, ttlReason }, shown);
}

/** A library signs the queries that it announces; a live channel keeps its names. */
function toMarking({ asset, marks }: Situation): Pick<RewriteContext, "toMarkedQuery"> {
  const { id, mode, policy } = asset.channel;
  if (mode !== "vod" || marks == null) return {};
  return {
    toMarkedQuery(path, query) {
      const identity = toMediaQuery(query, policy.strip);
      return identity === "" ? query : printMarkedQuery(query, marks.print(id, path, identity));
    },
  };
}

/** The same body, confirmed. What the reply leaves out is as it was (RFC 9111 section 4.3.4). */
function toUnchanged(
  situation: Situation,
  shown: PlaylistVersion,
  said: OriginWord,
  key: CacheKey,
  reply: BodyReply,
  sentAtMs: number,
): PlaylistVersion {
  const publication = shown.media && applyLook(shown.media.publication, 0, sentAtMs);
  const media = shown.media && publication && { ...shown.media, publication };
  const kind = shown.media === null ? "multivariant" : "media";
  const caching = toMergedHeaders(said.caching, toCacheHeaders(reply));
  const lifetime = decideLifetime({ situation, key, kind, media, sentAtMs }, caching, reply);
  const meta = { ...shown.meta, ...lifetime.times };
  const version = toConfirmedVersion(shown, meta, media, lifetime.ttlReason);
  return { ...version, said: { ...said, caching } };
}

function toMediaFacts(
  playlist: MediaPlaylist,
  situation: Situation,
  shown: PlaylistVersion | null,
  nowMs: number,
): PlaylistMediaFacts {
  const before = shown?.timeline === situation.asset.timeline ? shown.media : null;
  const added = before === null ? 0 : playlist.lastMsn - before.lastMsn;
  const addedMs = added <= 0 ? 0 : toAddedMs(playlist, added);
  const publication =
    before === null ? toFirstPublication(nowMs) : applyLook(before.publication, addedMs, nowMs);
  const wasLive = before !== null && !before.ended;
  return {
    timeline: situation.asset.timeline,
    ...toPlaylistFacts(playlist),
    endedSinceMs: playlist.ended && wasLive ? nowMs : (before?.endedSinceMs ?? null),
    publication,
  };
}

function toAddedMs(playlist: MediaPlaylist, count: number): number {
  const added = playlist.segments().slice(-count);
  return added.reduce((sumMs, segment) => sumMs + segment.durationSeconds * 1_000, 0);
}
