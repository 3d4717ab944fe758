// Plans who is probed: every origin of every channel, and the chunk storages behind them, in
// groups small enough for one prober object (an object may have few requests waiting for headers;
// we plan for six and leave two spare).

import type { Catalog, Channel, Origin, OriginPlace } from "../config/catalog.ts";

/** Origins per prober object, and channels at them: each has a look or two open at times. */
export const PROBER_ORIGINS_MAX = 4;
export const PROBER_TARGETS_MAX = 8;

export interface ProbeTarget {
  readonly channelId: string;
  readonly mode: "live" | "vod";
  /** Entry playlist below the place. */
  readonly playlist: string;
  readonly origin: Origin;
  readonly place: OriginPlace;
  /** Chunk storage that this origin publishes to, asked for the newest segment; or null. */
  readonly store: { readonly origin: Origin; readonly place: OriginPlace } | null;
}

export interface ProberPlan {
  readonly intervalMs: number;
  readonly targets: readonly ProbeTarget[];
}

/** One plan per prober object, by position. */
export function planProbers(catalog: Catalog): readonly ProberPlan[] {
  const originOf = new Map(catalog.origins.map((origin) => [origin.id, origin]));
  const targets = catalog.channels.flatMap((channel) => toTargets(channel, originOf));
  const originIds = [...new Set(targets.map((target) => target.origin.id))];
  const plans: ProberPlan[] = [];
  const { intervalMs } = catalog.probe;
  for (let start = 0; start < originIds.length; start += PROBER_ORIGINS_MAX) {
    const group = new Set(originIds.slice(start, start + PROBER_ORIGINS_MAX));
    const own = targets.filter((target) => group.has(target.origin.id));
    for (let first = 0; first < own.length; first += PROBER_TARGETS_MAX) {
      plans.push({ intervalMs, targets: own.slice(first, first + PROBER_TARGETS_MAX) });
    }
  }
  return plans;
}

function toTargets(channel: Channel, originOf: ReadonlyMap<string, Origin>): ProbeTarget[] {
  return channel.origins.flatMap((member) => {
    const origin = originOf.get(member.id);
    const storage = member.segments === null ? undefined : originOf.get(member.segments.id);
    if (origin === undefined) return [];
    return [
      {
        channelId: channel.id,
        mode: channel.mode,
        playlist: channel.playlist,
        origin,
        place: { id: member.id, prefix: member.prefix },
        store:
          storage === undefined || member.segments === null
            ? null
            : { origin: storage, place: member.segments },
      },
    ];
  });
}
