// The short way of a live playlist: most requests of a live event ask for one of a few paths whose
// newest version lies in memory, ready to be sent, or wait for the next one. They are recognised by
// their path as it is written, before anything is parsed, and get headers that were built for all
// of them. Whatever is not exactly that takes the whole way, which gives the same answer: this file
// may only ever say "not mine". A channel is here only after the whole way has served it (route,
// auth, resolve).
//
// Measured: each header that is set costs a microsecond, parsing the URL ten, the router twelve; a
// bare worker takes forty in all. So headers are kept per version, form and coding until the second
// changes.

import { decideStanding } from "../../core/cache/freshness.ts";
import type { CatalogIndex } from "../../core/config/catalog-index.ts";
import { type Directives, parseDirectives } from "../../core/delivery/directives.ts";
import { type Coding, decideCoding } from "../../core/http/accept-encoding.ts";
import { VIEWER_HEADERS_NONE } from "../../core/http/request.ts";
import { planClockHeaders } from "../../core/respond/clock-headers.ts";
import type { CachePhase } from "../../core/respond/phase.ts";
import { planReply } from "../../core/respond/reply.ts";
import { toEtag } from "../../core/respond/version.ts";
import { makeCaller } from "../../platform/caller.ts";
import { readClockMs } from "../../platform/clock.ts";
import { printPersonal } from "../personal.ts";
import type { PlaylistVersion } from "../playlist-version.ts";
import type { TokenMemory } from "../token-memory.ts";
import { judge } from "../viewer-grant.ts";
import { type FormName, toForm } from "./forms.ts";
import type { LiveRoad } from "./live-channel.ts";
import type { LiveEntry } from "./live-entry.ts";
import { judgeReload, type ReloadPlace, toAskedForm, waitForReload } from "./reload.ts";

/** A live playlist by its whole path in viewer URLs. */
export type LivePlace = ReloadPlace;

/** Headers of one form of a version, right until a moment. */
export interface ReadyReply {
  readonly version: PlaylistVersion;
  readonly phase: CachePhase;
  readonly untilMs: number;
  readonly identity: Headers;
  readonly gzip: Headers;
  readonly unchangedIdentity: Headers;
  readonly unchangedGzip: Headers;
  readonly tagIdentity: string;
  readonly tagGzip: string;
}

const HIT = { kind: "hit", tier: "l0" } as const;
const RELAYED = { kind: "hit", tier: "relay" } as const;
const TILDE = 126;
const NO_TIMING = { edgeMs: 0, originMs: null, viewerRttMs: null };
/** Only directives, as players write them; what is malformed goes the whole way. */
const DIRECTIVES = /^(?:_HLS_(?:msn|part|skip)=[A-Za-z0-9]{1,20}(?:&|$))+$/;

/**
 * The answer, or null for everything that must go the whole way. `road` is what the request lends
 * to the channel if it has to wait.
 */
export function serveFast(
  request: Request,
  places: ReadonlyMap<string, LivePlace>,
  door: FastDoor,
  road: (channelId: string) => LiveRoad,
): Response | Promise<Response | null> | null {
  const { url } = request;
  const start = url.indexOf("/", 8);
  const mark = url.indexOf("?", start);
  // A token is no part of the playlist's name; it opens the door, or the whole way says why not.
  const slash = url.charCodeAt(start + 1) === TILDE ? url.indexOf("/", start + 2) : start;
  const place = places.get(mark < 0 ? url.slice(slash) : url.slice(slash, mark));
  if (place === undefined || request.method !== "GET") return null;
  const { live, entry, playlist } = place;
  const nowMs = readClockMs();
  const token = slash === start ? null : url.slice(start + 2, slash);
  const { channelId } = live;
  const asking = { path: `/${channelId}/${playlist}`, query: mark < 0 ? "" : url.slice(mark + 1) };
  if (!isAdmitted(request, channelId, token, asking, door, nowMs)) return null;
  if (entry.version === null || !live.isCurrent(playlist, nowMs)) return null;
  // A session begins here: the whole way counts it, and may have to turn it away.
  if (entry.version.media === null) return null;
  if (mark < 0) return toReply(request, place, "plain", HIT, nowMs);
  const query = url.slice(mark + 1);
  const asked = DIRECTIVES.test(query) ? parseDirectives(query) : null;
  return asked === null ? null : serveAsked(request, place, asked, road, nowMs);
}

function serveAsked(
  request: Request,
  place: LivePlace,
  asked: Directives,
  road: (channelId: string) => LiveRoad,
  nowMs: number,
): Response | Promise<Response | null> | null {
  const { live, entry } = place;
  const verdict = judgeReload(entry, asked);
  // A channel may list parameters of its own; those playlists are not here. Refusals are rare.
  if (verdict === null || verdict.kind === "refuse") return null;
  if (verdict.kind === "wait") return serveLater(request, place, asked, road(live.id), nowMs);
  return toReply(request, place, toAskedForm(entry, asked, verdict), HIT, nowMs);
}

/** Null: overdue, or nothing that may be shown; the whole way says so in words. */
async function serveLater(
  request: Request,
  place: LivePlace,
  asked: Directives,
  road: LiveRoad,
  startedAtMs: number,
): Promise<Response | null> {
  const { signal } = request;
  const end = await waitForReload(place, { asked, startedAtMs, signal }, road);
  if (end === "left") return new Response(null, { status: 499 });
  const { entry } = place;
  const verdict = end === "ready" ? judgeReload(entry, asked) : null;
  if (verdict === null || verdict.kind === "refuse") return null;
  return toReply(request, place, toAskedForm(entry, asked, verdict), RELAYED, readClockMs());
}

function toReply(
  request: Request,
  { live, entry }: LivePlace,
  form: FormName,
  phase: CachePhase,
  nowMs: number,
): Response | null {
  live.refresh(entry, nowMs);
  const { version } = entry;
  const ready = version === null ? null : toReady(entry, version, form, phase, nowMs);
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
    ? new Response(ready.version.gzip, { headers: ready.gzip, encodeBody: "manual" })
    : new Response(ready.version.identity, { headers: ready.identity });
}

/** What the short way needs to know who may pass. */
export interface FastDoor {
  readonly tokens: TokenMemory;
  /** The catalog in force; null: nobody passes here. */
  readonly index: CatalogIndex | null;
}

/** Only tokens that were checked before, in the path, and in time: the rest needs words. */
function isAdmitted(
  request: Request,
  channelId: string,
  token: string | null,
  asking: { readonly path: string; readonly query: string },
  { tokens, index }: FastDoor,
  nowMs: number,
): boolean {
  const channel = index?.channels.get(channelId);
  if (index === null || channel === undefined) return false;
  if (channel.policy.auth === "open") return true;
  const verified = token === null ? null : tokens.find(token, index);
  if (verified === null) return false;
  const asked = makeCaller(request).asks(asking.path, asking.query, "GET");
  const access = judge(verified, channel, index, asked, nowMs);
  return access.kind === "access" && !access.isLate;
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
function toReady(
  entry: LiveEntry,
  plain: PlaylistVersion,
  name: FormName,
  phase: CachePhase,
  nowMs: number,
): ReadyReply | null {
  const version = toForm(entry, plain, name);
  const kept = entry.ready.get(name);
  if (kept?.version === version && kept.phase === phase && nowMs < kept.untilMs) return kept;
  const standing = decideStanding(plain.meta, nowMs);
  if (standing !== "fresh" && standing !== "revalidate") return null;
  const clock = planClockHeaders(version.meta, nowMs);
  const isPersonal = entry.channel.policy.auth !== "open";
  const build = (acceptEncoding: string, ifNoneMatch: string | null): Headers => {
    const reply = planReply({
      version: version.meta,
      prebuilt: version.prebuilt,
      request: {
        method: "GET",
        path: "",
        headers: { ...VIEWER_HEADERS_NONE, acceptEncoding, ifNoneMatch },
      },
      phase,
      timing: NO_TIMING,
      nowMs,
      clock,
    });
    const headers = new Headers(reply.headers as [string, string][]);
    const cacheControl = headers.get("cache-control") ?? "";
    // What a token opened is kept by nobody for others.
    if (isPersonal) headers.set("cache-control", printPersonal(cacheControl));
    return headers;
  };
  const tagIdentity = toEtag(version.meta, "identity") ?? "";
  const made = {
    version,
    phase,
    untilMs: clock.untilMs,
    identity: build("", null),
    gzip: build("gzip", null),
    unchangedIdentity: build("", tagIdentity),
    unchangedGzip: build("gzip", tagIdentity),
    tagIdentity,
    tagGzip: toEtag(version.meta, "gzip") ?? "",
  };
  entry.ready.set(name, made);
  return made;
}
