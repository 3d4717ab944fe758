// A playlist of a live channel for one viewer: what this isolate was told last, as long as it would
// have been told of anything newer; else a short wait for the one call that everybody shares; and
// with delivery directives, as long a wait as they ask for (reload.ts).

import { decideStanding } from "../../core/cache/freshness.ts";
import { OUTSIDE_LEDGER } from "../../core/contract/live.ts";
import type { Directives } from "../../core/delivery/directives.ts";
import type { ProblemReason } from "../../core/http/problem.ts";
import type { OriginProblem } from "../../core/origin/outcome.ts";
import type { CachePhase } from "../../core/respond/phase.ts";
import { printAssetPath } from "../../core/route/asset-path.ts";
import { readClockMs } from "../../platform/clock.ts";
import type { PlaylistVersion } from "../playlist-version.ts";
import type { Ports, Situation } from "../ports.ts";
import type { Served } from "../respond.ts";
import { toServed } from "../serve-playlist.ts";
import { toForm } from "./forms.ts";
import type { LiveChannel, LiveRoad } from "./live-channel.ts";
import type { LiveEntry } from "./live-entry.ts";
import {
  judgeReload,
  type ReloadAsk,
  type ReloadPlace,
  toAskedForm,
  waitForReload,
} from "./reload.ts";

/** Longest wait for something newer than a usable copy. */
const NEWER_MS_MAX = 50;
/** The same where the copy is past its stale window. */
const STALE_MS_MAX = 1_000;
/** Longest wait of the first viewer: two origins' time-outs, and the way. */
const COLD_MS_MAX = 9_000;

const HIT = { kind: "hit", tier: "l0" } as const;
const PLAIN = { kind: "plain" } as const;
const RELAYED = { kind: "hit", tier: "relay" } as const;

/** What a viewer asks for beyond the playlist itself. */
export interface LiveWish {
  /** Null: nothing. */
  readonly asked: Directives | null;
  readonly startedAtMs: number;
}

/** Serves a live playlist, or says why not; null: it is none of the ledger's. */
export async function serveLive(
  situation: Situation,
  wish: LiveWish,
  ports: Ports,
): Promise<Served | OriginProblem | null> {
  const { channel, assetPath } = situation.asset;
  const live = ports.isolate.live.channel(channel);
  const road = ports.live(channel.id);
  const playlist = printAssetPath(assetPath);
  const startedAtMs = readClockMs();
  if (live.isOutside(playlist, startedAtMs)) return null;
  const place = { live, entry: live.ask(playlist, startedAtMs), playlist };
  const served = await servePlain(place, road, startedAtMs);
  if (wish.asked === null || served?.kind !== "served") return served;
  const ask = { asked: wish.asked, startedAtMs: wish.startedAtMs, signal: ports.signal };
  return serveAsked(place, ask, served, road);
}

async function servePlain(
  place: ReloadPlace,
  road: LiveRoad,
  startedAtMs: number,
): Promise<Served | OriginProblem | null> {
  const { live, entry, playlist } = place;
  live.refresh(entry, startedAtMs);
  const known = entry.version;
  const waitMs = known === null ? 0 : toNewerMs(live, entry, known, startedAtMs);
  live.open(playlist, road, startedAtMs);
  if (known === null) return serveCold(place, road, startedAtMs);
  if (waitMs === 0) return toAnswer(known, startedAtMs, HIT);
  const newer = await waitForNewer(entry, startedAtMs + waitMs);
  return toAnswer(entry.version ?? known, readClockMs(), newer ? RELAYED : HIT);
}

/** `plain` is what the viewer would get without directives. */
async function serveAsked(
  place: ReloadPlace,
  ask: ReloadAsk,
  plain: Served,
  road: LiveRoad,
): Promise<Served | OriginProblem> {
  const { entry } = place;
  let phase: CachePhase = plain.phase;
  if (judgeReload(entry, ask.asked)?.kind === "wait") {
    const end = await waitForReload(place, ask, road);
    if (end !== "ready") return LATE;
    phase = RELAYED;
  }
  const verdict = judgeReload(entry, ask.asked);
  if (verdict === null) return plain;
  if (verdict.kind === "refuse") return { ...LATE, reason: "bad-query", detail: verdict.detail };
  const { version } = entry;
  const answer = version === null ? LATE : toAnswer(version, readClockMs(), phase);
  if (version === null || answer.kind !== "served") return answer;
  // A stand-in for a failing origin must not be kept as long as an answer that was waited for.
  const kept = answer.phase === phase ? verdict : PLAIN;
  const form = toAskedForm(entry, ask.asked, kept);
  return toServed(toForm(entry, version, form), answer.phase, null);
}

/** How long this viewer should wait for a newer version than the one at hand. */
function toNewerMs(
  live: LiveChannel,
  entry: LiveEntry,
  known: PlaylistVersion,
  nowMs: number,
): number {
  const { held } = entry;
  if (held === null) return NEWER_MS_MAX;
  // Nobody here would have been told: only what cannot be out yet is served unasked.
  if (live.isCurrent(held.playlist, nowMs) || nowMs < held.notBeforeAtMs) return 0;
  const standing = decideStanding(known.meta, nowMs);
  return standing === "fresh" || standing === "revalidate" ? NEWER_MS_MAX : STALE_MS_MAX;
}

async function serveCold(
  { live, entry, playlist }: ReloadPlace,
  road: LiveRoad,
  startedAtMs: number,
): Promise<Served | OriginProblem | null> {
  const untilMs = startedAtMs + COLD_MS_MAX;
  for (let nowMs = startedAtMs; nowMs < untilMs; nowMs = readClockMs()) {
    const { version, held } = entry;
    if (version !== null) {
      const phase = { kind: "fill", reason: "uri-miss", originStatus: 200 } as const;
      return toServed(version, { ...phase, stored: true, collapsed: false }, null);
    }
    if (held !== null && held.problem !== null) {
      live.forget(playlist);
      if (held.problem.reason === OUTSIDE_LEDGER) {
        live.leaveOut(playlist, nowMs);
        return null;
      }
      const { reason, detail, originId, isAbsence } = held.problem;
      return {
        kind: "problem",
        reason: reason as ProblemReason,
        detail,
        originId,
        isAbsence,
      };
    }
    // The call's owner may end while we wait: whoever notices takes over.
    live.open(playlist, road, nowMs);
    await entry.parking.wait(Math.min(STALE_MS_MAX, untilMs - nowMs));
  }
  live.forget(playlist);
  return { ...OVERDUE, reason: "origin-timeout" };
}

/** Waits until there is another version, or it is confirmed that there is none, or `untilMs`. */
async function waitForNewer(entry: LiveEntry, untilMs: number): Promise<boolean> {
  const before = entry.version;
  for (let nowMs = readClockMs(); nowMs < untilMs; nowMs = readClockMs()) {
    await entry.parking.wait(untilMs - nowMs);
    if (entry.version?.meta.etagBase !== before?.meta.etagBase) return true;
    // Confirmed: there is nothing newer.
    if (entry.version !== before) return false;
  }
  return false;
}

const OVERDUE: OriginProblem = {
  kind: "problem",
  reason: "playlist-overdue",
  detail: "No origin has confirmed or renewed the playlist for three target durations.",
  originId: null,
  isAbsence: false,
};

/** The next version is late, for somebody who asked for nothing else. */
const LATE: OriginProblem = {
  ...OVERDUE,
  detail: "The next version of the playlist is overdue by a target duration.",
};

function toAnswer(
  version: PlaylistVersion,
  nowMs: number,
  phase: CachePhase,
): Served | OriginProblem {
  switch (decideStanding(version.meta, nowMs)) {
    case "fresh":
    case "revalidate":
      return toServed(version, phase, null);
    case "if-error": {
      const detail = "playlist-overdue";
      return toServed(
        version,
        { kind: "stale-if-error", tier: "l0", originStatus: null, detail },
        null,
      );
    }
    case "expired":
      return OVERDUE;
  }
}
