// A playlist of a live channel for one viewer: what this isolate was told last, as long as it would
// have been told of anything newer; else a short wait for the one call that everybody shares.

import { decideStanding } from "../../core/cache/freshness.ts";
import { OUTSIDE_LEDGER } from "../../core/contract/live.ts";
import type { ProblemReason } from "../../core/http/problem.ts";
import type { OriginProblem } from "../../core/origin/outcome.ts";
import type { CachePhase } from "../../core/respond/phase.ts";
import { printAssetPath } from "../../core/route/asset-path.ts";
import { readClockMs } from "../../platform/clock.ts";
import type { PlaylistVersion } from "../playlist-version.ts";
import type { Ports, Situation } from "../ports.ts";
import type { Served } from "../respond.ts";
import { toServed } from "../serve-playlist.ts";
import type { LiveChannel, LiveEntry, LiveRoad } from "./live-channel.ts";

/** Longest wait for something newer than a usable copy. */
const NEWER_MS_MAX = 50;
/** The same where the copy is past its stale window. */
const STALE_MS_MAX = 1_000;
/** Longest wait of the first viewer: two origins' time-outs, and the way. */
const COLD_MS_MAX = 9_000;

const HIT = { kind: "hit", tier: "l0" } as const;
const RELAYED = { kind: "hit", tier: "relay" } as const;

/** Serves a live playlist, or says why not; null: it is none of the ledger's. */
export async function serveLive(
  situation: Situation,
  ports: Ports,
): Promise<Served | OriginProblem | null> {
  const { channel, assetPath } = situation.asset;
  const live = ports.isolate.live.channel(channel);
  const road = ports.live(channel.id);
  const playlist = printAssetPath(assetPath);
  const startedAtMs = readClockMs();
  if (live.isOutside(playlist, startedAtMs)) return null;
  const entry = live.ask(playlist, startedAtMs);
  const known = entry.version;
  const waitMs = known === null ? 0 : toNewerMs(live, entry, known, startedAtMs);
  live.open(playlist, road, startedAtMs);
  if (known === null) return serveCold(live, entry, playlist, road, startedAtMs);
  if (waitMs === 0) return toAnswer(known, startedAtMs, HIT);
  const newer = await waitForNewer(live, entry, startedAtMs + waitMs);
  return toAnswer(entry.version ?? known, readClockMs(), newer ? RELAYED : HIT);
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
  live: LiveChannel,
  entry: LiveEntry,
  playlist: string,
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
    await live.wait(Math.min(STALE_MS_MAX, untilMs - nowMs));
  }
  live.forget(playlist);
  return { ...OVERDUE, reason: "origin-timeout" };
}

/** Waits until there is another version, or it is confirmed that there is none, or `untilMs`. */
async function waitForNewer(
  live: LiveChannel,
  entry: LiveEntry,
  untilMs: number,
): Promise<boolean> {
  const before = entry.version;
  for (let nowMs = readClockMs(); nowMs < untilMs; nowMs = readClockMs()) {
    await live.wait(untilMs - nowMs);
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
