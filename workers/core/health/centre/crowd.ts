// What viewers do to the house, for the health centre: counts of all regions become a judgement of
// load every ten seconds, a share of new sessions to turn away, and alarms where a channel has lost
// viewers. The rules are overload/; what changes is written down here.

import type { Channel } from "../../config/catalog.ts";
import type { RegionTraffic } from "../../contract/report.ts";
import { applyRegionTraffic, applyWindow, type DeclaredEvent } from "../overload/overload.ts";
import { applyViewers, toViewerWatch } from "../overload/viewers.ts";
import { type Draft, note } from "./centre.ts";

const TARGET_MS_UNKNOWN = 6_000;

/** Adds what a region served. */
export function applyTrafficCounts(draft: Draft, region: string, traffic: RegionTraffic): void {
  const overload = applyRegionTraffic(draft.centre.overload, region, traffic, draft.nowMs);
  draft.centre = { ...draft.centre, overload };
}

/** Takes an announced event; the same id again takes the place of the former one. */
export function applyDeclaredEvent(draft: Draft, event: DeclaredEvent): void {
  const { overload } = draft.centre;
  const others = overload.events.filter(({ id }) => id !== event.id);
  draft.centre = { ...draft.centre, overload: { ...overload, events: [...others, event] } };
}

/** Forgets an announced event. */
export function applyEventEnd(draft: Draft, id: string): void {
  const { overload } = draft.centre;
  const events = overload.events.filter((event) => event.id !== id);
  draft.centre = { ...draft.centre, overload: { ...overload, events } };
}

/** Judges the load of the last ten seconds, if they are over. */
export function applyCrowd(draft: Draft): void {
  const { centre, nowMs } = draft;
  const before = centre.overload;
  const { overload, playlists, windowMs } = applyWindow(before, toCapacityBps(draft), nowMs);
  if (playlists === null) return;
  draft.centre = { ...centre, overload };
  if (overload.share !== before.share) noteShed(draft, before.share);
  for (const channel of centre.channels.values()) {
    if (channel.mode !== "live") continue;
    countViewers(draft, channel, playlists[channel.id] ?? 0, windowMs);
  }
}

/** What all origins can give; null unless each of them declares it. */
function toCapacityBps({ centre }: Draft): number | null {
  const mbps = (centre.catalog?.origins ?? []).map(({ capacity }) => capacity?.mbps ?? null);
  if (mbps.length === 0 || mbps.includes(null)) return null;
  return mbps.reduce<number>((sum, each) => sum + (each ?? 0), 0) * 1_000_000;
}

function noteShed(draft: Draft, before: number): void {
  const { share, last } = draft.centre.overload;
  note(draft, {
    kind: "shed",
    actor: "health",
    channelId: null,
    originId: null,
    region: null,
    from: printShare(before),
    to: printShare(share),
    reason: last?.part ?? "load",
    inputs: {
      load: Math.round(last?.load ?? 0),
      surge: Math.round(10 * (last?.surge ?? 0)) / 10,
      requestsPerSecond: Math.round(last?.requestsPerSecond ?? 0),
      sessionsPerSecond: Math.round(last?.sessionsPerSecond ?? 0),
    },
  });
}

function printShare(share: number): string {
  return share === 0 ? "none" : `${Math.round(share * 100)} % of new sessions`;
}

/** A live playlist is asked for once per target duration by everybody who watches it. */
function countViewers(draft: Draft, channel: Channel, count: number, windowMs: number): void {
  const { centre, nowMs } = draft;
  const known = centre.viewers.get(channel.id);
  if (known === undefined && count === 0) return;
  const viewers = Math.round((count * toTargetMs(draft, channel.id)) / windowMs);
  const watch =
    known === undefined ? toViewerWatch(viewers, nowMs) : applyViewers(known, viewers, nowMs);
  draft.centre = { ...centre, viewers: new Map(centre.viewers).set(channel.id, watch) };
  if (watch.isAlarm === (known?.isAlarm ?? false)) return;
  note(draft, {
    kind: "viewers",
    actor: "health",
    channelId: channel.id,
    originId: null,
    region: null,
    from: watch.isAlarm ? "usual" : "alarm",
    to: watch.isAlarm ? "alarm" : "usual",
    reason: watch.isAlarm ? "a fifth fewer for a quarter of an hour" : "as many as usual",
    inputs: {
      viewers,
      usual: Math.round(watch.usual),
      sessions: Math.max(0, Math.round(watch.usual) - viewers),
    },
  });
}

/** The target duration of a channel as its origins say it. */
export function toTargetMs({ centre }: Draft, channelId: string): number {
  const rows = [...(centre.views.get(channelId)?.values() ?? [])];
  const known = rows.flatMap(({ health }) => health.targetDurationMs ?? []);
  return known.length === 0 ? TARGET_MS_UNKNOWN : Math.max(...known);
}
