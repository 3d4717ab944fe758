// Cuts files into batches: small enough for a queue message (128 KB) and for a caller that may keep
// six connections, large enough that ten thousand objects are some hundred messages. With the hot
// tier the first region fills it, and everybody else comes when it is full: the origin is read
// once. A batch of a slow event is small, so that no batch takes longer than a consumer may.

import { HOT_TIER_PLACE } from "../contract/warming.ts";
import type { PlannedFile, TaskBatch, WarmTask } from "./warming-event.ts";

/** Objects per batch. */
export const BATCH_TARGETS_MAX = 24;
/** Objects per event; more is refused with this number. */
export const EVENT_TARGETS_MAX = 10_000;
/** How long a batch may take at the event's own pace. */
const BATCH_SECONDS = 2;

export interface BatchPlaces {
  readonly regions: readonly string[];
  readonly hotTier: boolean;
  readonly requestsPerSecond: number | null;
  /** Index of the first batch that is made. */
  readonly firstIndex: number;
}

/** The places in which every file has to become warm. */
export function toPlaces(regions: readonly string[], hotTier: boolean): readonly string[] {
  return hotTier ? [...regions, HOT_TIER_PLACE] : regions;
}

/** Batches of all files for all places; the places of one group of files are neighbours. */
export function toBatches(
  files: readonly PlannedFile[],
  { regions, hotTier, requestsPerSecond, firstIndex }: BatchPlaces,
): readonly TaskBatch[] {
  const places = toPlaces(regions, hotTier);
  const size = toBatchSize(requestsPerSecond);
  const batches: TaskBatch[] = [];
  for (let start = 0; start < files.length; start += size) {
    const group = files.slice(start, start + size);
    const origins = [...new Set(group.flatMap(({ originId }) => originId ?? []))];
    const leader = firstIndex + batches.length;
    places.forEach((place, index) => {
      const isLed = hotTier && index > 0;
      batches.push({
        place,
        // Behind the hot tier nobody asks the origins again.
        origins: isLed ? [] : origins,
        after: isLed ? leader : null,
        tasks: group.map(toTask),
        dueAtMs: 0,
        lease: null,
        tickets: 0,
      });
    });
  }
  return batches;
}

function toBatchSize(requestsPerSecond: number | null): number {
  if (requestsPerSecond === null) return BATCH_TARGETS_MAX;
  return Math.min(BATCH_TARGETS_MAX, Math.max(1, Math.floor(requestsPerSecond * BATCH_SECONDS)));
}

function toTask({ path, expected }: PlannedFile): WarmTask {
  return {
    path,
    expected,
    state: "queued",
    failure: "pending",
    tries: 0,
    seen: null,
    pass: 0,
    ticket: 0,
    sinceTicket: 0,
  };
}
