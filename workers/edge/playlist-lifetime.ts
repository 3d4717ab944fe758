// How long a pulled playlist may be kept: what its origin's headers, the caches on its way and its
// own facts come to, as the times of a stored version. For the playlist road. The numbers are
// core/ttl's; here they are counted from the moment at which the origin itself last spoke (RFC 9111
// section 4.2.3; spec section 9, H1): a body that a cache before us kept for a minute is a minute
// old when it arrives. It does NOT read bodies, and knows nothing of pushed playlists.

import type { CacheKey } from "../core/cache/key.ts";
import { type OriginCacheHeaders, toOriginFreshness } from "../core/http/cache-control.ts";
import { toReceivedAgeSeconds, toStatedAgeSeconds } from "../core/http/received-age.ts";
import { OVERDUE_MS_MIN } from "../core/ttl/bounds.ts";
import { toKeyHash } from "../core/ttl/jitter.ts";
import type { Ttl } from "../core/ttl/reason.ts";
import { decideTtl, type TtlInput } from "../core/ttl/ttl.ts";
import type { BodyReply } from "../platform/origin-fetch.ts";
import { isRunning, type PlaylistMediaFacts, type PlaylistMeta } from "./playlist-version.ts";
import type { Situation } from "./ports.ts";

/** The playlist in question and the moment at which it was asked for. */
export interface LifetimeSubject {
  readonly situation: Situation;
  readonly key: CacheKey;
  readonly kind: "media" | "multivariant";
  /** Null for multivariant playlists. */
  readonly media: PlaylistMediaFacts | null;
  readonly sentAtMs: number;
}

export type VersionTimes = Pick<
  PlaylistMeta,
  "confirmedAtMs" | "freshUntilMs" | "swrMs" | "sieMs" | "storable"
>;

/** Decides the times of a version that a reply brought or confirmed. */
export function decideLifetime(
  subject: LifetimeSubject,
  caching: OriginCacheHeaders,
  reply: Pick<BodyReply, "latencyMs">,
): { readonly times: VersionTimes; readonly ttlReason: string } {
  const { situation, media, sentAtMs } = subject;
  const runs = isRunning({ media });
  // A packager with a wrong clock is no reason to call a live playlist old; caches say Age.
  const ageSeconds = runs
    ? toStatedAgeSeconds(caching.age)
    : toReceivedAgeSeconds(caching, sentAtMs + reply.latencyMs);
  const origin = toOriginFreshness({ ...caching, age: String(ageSeconds) }, sentAtMs);
  const ttl = decideTtl({
    subject:
      subject.kind === "media"
        ? { kind: "media-playlist", facts: media, blocking: false }
        : { kind: "multivariant", live: situation.asset.channel.mode === "live" },
    outcome: "success",
    origin,
    cadence: toCadence(media),
    originLatencyMs: reply.latencyMs,
    policy: situation.asset.channel.policy.ttl,
    keyHash: toKeyHash(subject.key),
    nowMs: sentAtMs,
  });
  const confirmedAtMs = sentAtMs - ageSeconds * 1_000;
  const { storable } = ttl;
  const windows = runs
    ? toLiveWindows(ttl, confirmedAtMs, sentAtMs)
    : { freshUntilMs: sentAtMs + ttl.freshMs, swrMs: ttl.swrMs, sieMs: ttl.sieMs };
  return { times: { confirmedAtMs, storable, ...windows }, ttlReason: ttl.reason };
}

/** How long "there is no such playlist" is believed. */
export function decideAbsence(situation: Situation, key: CacheKey, nowMs: number): Ttl {
  return decideTtl({
    subject: { kind: "media-playlist", facts: null, blocking: false },
    outcome: "failure",
    origin: null,
    cadence: toCadence(null),
    originLatencyMs: null,
    policy: situation.asset.channel.policy.ttl,
    keyHash: toKeyHash(key),
    nowMs,
  });
}

function toCadence(media: PlaylistMediaFacts | null): TtlInput["cadence"] {
  const publishedAtMs = media?.publication.publishedAtMs ?? null;
  const lastMs = (media?.lastSegmentDurationSeconds ?? 0) * 1_000;
  return { expectedNextAtMs: publishedAtMs === null ? null : publishedAtMs + lastMs };
}

/**
 * The bounds of a live playlist hold for its age, not for the time it spent here (spec C9). What
 * arrives past them is still all there is, and is kept for one look's spacing: every viewer asking
 * for it again would help nobody.
 */
function toLiveWindows(ttl: Ttl, confirmedAtMs: number, nowMs: number) {
  const staleFromMs = confirmedAtMs + ttl.freshMs + ttl.swrMs;
  const leastMs = nowMs + Math.min(OVERDUE_MS_MIN, ttl.freshMs);
  const freshUntilMs = Math.max(leastMs, Math.min(nowMs + ttl.freshMs, staleFromMs));
  return {
    freshUntilMs,
    swrMs: Math.max(0, staleFromMs - freshUntilMs),
    sieMs: Math.max(0, confirmedAtMs + ttl.freshMs + ttl.sieMs - freshUntilMs),
  };
}
