// The metrics of preloading: how much of each event is proven warm, which ended short of what was
// wanted, and what is left of the budget for files that nobody planned. For metrics.ts, which
// prints them. Only the newest events are shown, so that labels stay bounded: an event has an id,
// and ids never end. It does NOT ask anybody; preload-watch.ts does.

import type { EventLine, EventProgress, EventState } from "../core/contract/events.ts";
import type { NamedSamples, Sample } from "./crowd-metrics.ts";

/** Newest events that are shown. */
export const EVENTS_SHOWN_MAX = 10;

const IS_SHOWN: Readonly<Record<EventState, boolean>> = {
  accepted: false,
  planning: false,
  planned: false,
  scheduled: false,
  running: true,
  verifying: true,
  following: true,
  paused: true,
  done: true,
  failed: true,
  cancelled: false,
};

export interface PreloadSources {
  /** Events that are shown, as they are now. */
  readonly events: readonly EventProgress[];
  /** Null: the catalog has no table `[hot]`, or its keeper does not answer. */
  readonly hot: { readonly filesLeft: number; readonly orders: number } | null;
}

/** The newest events that people ordered and that have something to show. */
export function toShownEvents(lines: readonly EventLine[], hotTitle: string): readonly EventLine[] {
  return lines
    .filter(({ state, title }) => IS_SHOWN[state] && title !== hotTitle)
    .slice(0, EVENTS_SHOWN_MAX);
}

/** Samples by metric; empty ones say nothing yet. */
export function toPreloadSamples({ events, hot }: PreloadSources): NamedSamples {
  return [
    ["weir_preload_coverage", events.flatMap(toCoverage)],
    [
      "weir_preload_failed",
      events.map(({ id, channel, state }) => ({
        labels: { event: id, channel },
        value: state === "failed" ? 1 : 0,
      })),
    ],
    ["weir_hot_files_left", hot === null ? [] : [{ labels: {}, value: hot.filesLeft }]],
    ["weir_hot_orders", hot === null ? [] : [{ labels: {}, value: hot.orders }]],
  ];
}

/** What could not even be planned is warm nowhere, and says so. */
function toCoverage({ id, channel, places, regions }: EventProgress): readonly Sample[] {
  const toSample = (region: string, value: number) => {
    return { labels: { event: id, channel, region }, value };
  };
  if (places.length === 0) return regions.map((region) => toSample(region, 0));
  return places.map(({ place, planned, warm }) => {
    return toSample(place, planned === 0 ? 0 : warm / planned);
  });
}
