// The short way of a live playlist: most requests of a live event ask for one of a few paths whose
// newest version lies in memory, ready to be sent. They are recognised by their path as it is
// written, before anything is parsed, and get headers that were built for all of them. Whatever is
// not exactly that takes the whole way, which gives the same answer: this file may only ever say
// "not mine". A channel is here only after the whole way has served it (route, auth, resolve).
//
// Measured: each header that is set costs a microsecond, parsing the URL ten, the router twelve; a
// bare worker takes forty in all. So headers are kept per version and coding until the second
// changes.

import { decideStanding } from "../../core/cache/freshness.ts";
import { type Coding, decideCoding } from "../../core/http/accept-encoding.ts";
import { VIEWER_HEADERS_NONE } from "../../core/http/request.ts";
import { planClockHeaders } from "../../core/respond/clock-headers.ts";
import { planReply } from "../../core/respond/reply.ts";
import { toEtag } from "../../core/respond/version.ts";
import { readClockMs } from "../../platform/clock.ts";
import type { PlaylistVersion } from "../playlist-version.ts";
import type { LiveChannel, LiveEntry } from "./live-channel.ts";

/** A live playlist by its whole path in viewer URLs. */
export interface LivePlace {
  readonly live: LiveChannel;
  readonly entry: LiveEntry;
  readonly playlist: string;
}

/** Headers of one version, right until a moment. */
export interface ReadyReply {
  readonly version: PlaylistVersion;
  readonly untilMs: number;
  readonly identity: Headers;
  readonly gzip: Headers;
  readonly unchangedIdentity: Headers;
  readonly unchangedGzip: Headers;
  readonly tagIdentity: string;
  readonly tagGzip: string;
}

const HIT = { kind: "hit", tier: "l0" } as const;
const NO_TIMING = { edgeMs: 0, originMs: null, viewerRttMs: null };

/** The answer, or null for everything that must go the whole way. */
export function serveFast(
  request: Request,
  places: ReadonlyMap<string, LivePlace>,
): Response | null {
  const { url } = request;
  const place = places.get(url.slice(url.indexOf("/", 8)));
  if (place === undefined || request.method !== "GET") return null;
  const { live, entry, playlist } = place;
  const { version } = entry;
  const nowMs = readClockMs();
  if (version === null || !live.isCurrent(playlist, nowMs)) return null;
  const ready = toReady(entry, version, nowMs);
  if (ready === null) return null;
  entry.askedAtMs = nowMs;
  const isGzip = toCoding(request) === "gzip";
  const known = request.headers.get("if-none-match");
  if (known !== null) {
    if (known !== ready.tagIdentity && known !== ready.tagGzip) return null;
    const headers = isGzip ? ready.unchangedGzip : ready.unchangedIdentity;
    return new Response(null, { status: 304, headers });
  }
  // The bytes are gzip already; without "manual" the runtime would compress them again.
  return isGzip
    ? new Response(version.gzip, { headers: ready.gzip, encodeBody: "manual" })
    : new Response(version.identity, { headers: ready.identity });
}

const codings = new Map<string, Coding>();
const CODINGS_MAX = 256;

/** Cloudflare rewrites Accept-Encoding on the way in and tells the viewer's own in `cf`. */
function toCoding(request: Request): Coding {
  const given = request.headers.get("accept-encoding");
  if (given === null) return "identity";
  const told: unknown = request.cf?.["clientAcceptEncoding"];
  const words = typeof told === "string" && told !== "" ? told : given;
  const known = codings.get(words);
  if (known !== undefined) return known;
  const coding = decideCoding(words);
  if (codings.size < CODINGS_MAX) codings.set(words, coding);
  return coding;
}

/** The kept headers, built anew when the version or the second has changed; null: too old. */
function toReady(entry: LiveEntry, version: PlaylistVersion, nowMs: number): ReadyReply | null {
  const kept = entry.ready;
  if (kept !== null && kept.version === version && nowMs < kept.untilMs) return kept;
  const standing = decideStanding(version.meta, nowMs);
  if (standing !== "fresh" && standing !== "revalidate") return null;
  const clock = planClockHeaders(version.meta, nowMs);
  const build = (acceptEncoding: string, ifNoneMatch: string | null): Headers => {
    const reply = planReply({
      version: version.meta,
      prebuilt: version.prebuilt,
      request: {
        method: "GET",
        path: "",
        headers: { ...VIEWER_HEADERS_NONE, acceptEncoding, ifNoneMatch },
      },
      phase: HIT,
      timing: NO_TIMING,
      nowMs,
      clock,
    });
    return new Headers(reply.headers as [string, string][]);
  };
  const tagIdentity = toEtag(version.meta, "identity") ?? "";
  entry.ready = {
    version,
    untilMs: clock.untilMs,
    identity: build("", null),
    gzip: build("gzip", null),
    unchangedIdentity: build("", tagIdentity),
    unchangedGzip: build("gzip", tagIdentity),
    tagIdentity,
    tagGzip: toEtag(version.meta, "gzip") ?? "",
  };
  return entry.ready;
}
