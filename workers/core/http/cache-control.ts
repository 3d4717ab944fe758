// Reads what an origin says about keeping its answer: Cache-Control, Expires, Date, Age, Vary and
// the targeted fields, into one value (RFC 9111, RFC 9213, RFC 5861, RFC 8246; spec section 9, H1
// to H6). For core/ttl, where it is one input among others. Total: nonsense is stale, never an
// error. The order is targeted field, s-maxage, max-age, Expires minus Date; there is no heuristic,
// because for HLS the playlist itself tells more. Where fields disagree the stricter one is
// followed. Age is subtracted; the apparent age of section 4.2.3 is left out, since it would turn
// an origin's wrong clock into stale media. Time on the wire is covered by counting from the moment
// the request was sent. It does NOT decide a TTL.

import { parseHttpDate } from "./http-date.ts";
import { parseDictionary } from "./structured-dictionary.ts";

/** An origin's answer headers that speak about caching; null where absent. */
export interface OriginCacheHeaders {
  readonly cloudflareCdnCacheControl: string | null;
  readonly cdnCacheControl: string | null;
  readonly cacheControl: string | null;
  readonly age: string | null;
  readonly expires: string | null;
  readonly date: string | null;
  readonly vary: string | null;
}

/** Which statement of the origin decided. */
export const ORIGIN_FRESHNESS_REASONS = [
  "targeted",
  "s-maxage",
  "max-age",
  "expires",
  "unstated",
  "no-cache",
  "no-store",
  "private",
  "vary-any",
] as const;
export type OriginFreshnessReason = (typeof ORIGIN_FRESHNESS_REASONS)[number];

/** What an origin allows a shared cache to do. */
export interface OriginFreshness {
  /** Remaining freshness in milliseconds, Age subtracted; null when the origin says nothing. */
  readonly freshMs: number | null;
  /** How long after freshness a stale copy may be used while one revalidates; null: not stated. */
  readonly swrMs: number | null;
  /** How long after freshness a stale copy may stand in for an error; null: not stated. */
  readonly sieMs: number | null;
  readonly storable: boolean;
  /** The origin promises that the bytes under this name never change (RFC 8246). */
  readonly immutable: boolean;
  readonly reason: OriginFreshnessReason;
}

/** Directives by lower-case name; the value as text, or true when there is none. */
export type Directives = ReadonlyMap<string, string | true>;

// RFC 9111 section 1.2.2: a larger number means this one.
const DELTA_SECONDS_MAX = 2 ** 31;
const FIELD_CHARS_MAX = 4096;
const NAME = /[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)/;
const ARGUMENT = /[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^ \t,;"]*))/;
const DIRECTIVE = new RegExp(`${NAME.source}(?:${ARGUMENT.source})?[ \\t]*(?:,|$)`, "y");

/** Nothing stated: what S3 and plain file servers usually send. */
export const ORIGIN_FRESHNESS_UNSTATED: OriginFreshness = {
  freshMs: null,
  swrMs: null,
  sieMs: null,
  storable: true,
  immutable: false,
  reason: "unstated",
};

/** Reads Cache-Control leniently; the first of equal directives counts (RFC 9111 section 4.2.1). */
export function parseCacheControl(field: string): Directives {
  const directives = new Map<string, string | true>();
  // A field too long to be meant is read as the strictest one, so that nothing hides behind its
  // length.
  if (field.length > FIELD_CHARS_MAX) return directives.set("no-store", true);
  let at = 0;
  while (at < field.length) {
    DIRECTIVE.lastIndex = at;
    const match = DIRECTIVE.exec(field);
    if (match === null) {
      const comma = field.indexOf(",", at);
      if (comma < 0) break;
      at = comma + 1;
      continue;
    }
    at = DIRECTIVE.lastIndex;
    const name = (match[1] ?? "").toLowerCase();
    const value = match[2] ?? match[3] ?? true;
    if (!directives.has(name)) directives.set(name, value);
  }
  return directives;
}

/** What the origin allows, as of `receivedAtMs`, the moment its answer arrived. */
export function toOriginFreshness(
  headers: OriginCacheHeaders,
  receivedAtMs: number,
): OriginFreshness {
  if (headers.vary?.split(",").some((name) => name.trim() === "*")) {
    return toUnstorable("vary-any");
  }
  const targeted =
    toTargeted(headers.cloudflareCdnCacheControl) ?? toTargeted(headers.cdnCacheControl);
  const directives = targeted ?? parseCacheControl(headers.cacheControl ?? "");
  if (directives.has("no-store")) return toUnstorable("no-store");
  // The form that names fields is rare and means the same to careful caches (section 5.2.2.7).
  if (directives.has("private")) return toUnstorable("private");
  const immutable = directives.has("immutable");
  if (directives.has("no-cache")) {
    return { freshMs: 0, swrMs: 0, sieMs: 0, storable: true, immutable, reason: "no-cache" };
  }
  const lifetime = toLifetime(directives, headers, receivedAtMs, targeted !== null);
  const ageMs = toAgeMs(headers.age);
  const leftMs = lifetime.ms === null ? 0 : lifetime.ms - ageMs;
  const strict =
    directives.has("must-revalidate") ||
    directives.has("proxy-revalidate") ||
    directives.has("s-maxage");
  // A copy that arrived stale has used up a part of its stale windows as well.
  const usedMs = Math.max(0, -leftMs);
  return {
    freshMs: lifetime.ms === null ? null : Math.max(0, leftMs),
    swrMs: strict ? 0 : toWindowMs(directives.get("stale-while-revalidate"), usedMs),
    sieMs: strict ? 0 : toWindowMs(directives.get("stale-if-error"), usedMs),
    storable: true,
    immutable,
    reason: lifetime.reason,
  };
}

interface Lifetime {
  readonly ms: number | null;
  readonly reason: OriginFreshnessReason;
}

function toLifetime(
  directives: Directives,
  headers: OriginCacheHeaders,
  receivedAtMs: number,
  targeted: boolean,
): Lifetime {
  const shared = directives.get("s-maxage");
  if (shared !== undefined) {
    return { ms: toDeltaMs(shared) ?? 0, reason: targeted ? "targeted" : "s-maxage" };
  }
  const own = directives.get("max-age");
  if (own !== undefined) {
    return { ms: toDeltaMs(own) ?? 0, reason: targeted ? "targeted" : "max-age" };
  }
  // A valid targeted field silences Expires as well (RFC 9213 section 2.1).
  if (headers.expires === null || targeted) return { ms: null, reason: "unstated" };
  const expiresMs = parseHttpDate(headers.expires.trim());
  if (expiresMs === null) return { ms: 0, reason: "expires" };
  const dateMs = headers.date === null ? null : parseHttpDate(headers.date.trim());
  const lifetimeMs = Math.max(0, expiresMs - (dateMs ?? Math.floor(receivedAtMs)));
  return { ms: Math.min(lifetimeMs, DELTA_SECONDS_MAX * 1000), reason: "expires" };
}

function toTargeted(field: string | null): Directives | null {
  return field === null ? null : parseDictionary(field);
}

function toUnstorable(reason: "no-store" | "private" | "vary-any"): OriginFreshness {
  return { freshMs: 0, swrMs: 0, sieMs: 0, storable: false, immutable: false, reason };
}

function toDeltaMs(value: string | true | undefined): number | null {
  if (value === undefined || value === true || !/^\d+$/.test(value)) return null;
  return Math.min(Number(value), DELTA_SECONDS_MAX) * 1000;
}

function toWindowMs(value: string | true | undefined, usedMs: number): number | null {
  if (value === undefined) return null;
  return Math.max(0, (toDeltaMs(value) ?? 0) - usedMs);
}

export function toAgeMs(field: string | null): number {
  // A list of Ages is a sender's mistake; the first member counts (section 5.1).
  return toDeltaMs(field?.split(",")[0]?.trim()) ?? 0;
}
