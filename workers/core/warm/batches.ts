// Cuts a plan into queue messages: small enough for a message (128 KB) and for a consumer that may
// keep six connections, large enough that ten thousand objects are a few hundred messages.

import type { WarmTarget } from "../contract/warming.ts";

/** Objects per batch. */
export const BATCH_TARGETS_MAX = 24;
/** Objects per event; more is refused with this number. */
export const EVENT_TARGETS_MAX = 10_000;

/** Batches in the order of the plan. */
export function toBatches(targets: readonly WarmTarget[]): readonly (readonly WarmTarget[])[] {
  const batches: (readonly WarmTarget[])[] = [];
  for (let start = 0; start < targets.length; start += BATCH_TARGETS_MAX) {
    batches.push(targets.slice(start, start + BATCH_TARGETS_MAX));
  }
  return batches;
}
