// How many of the tries of the last minute failed. For error shares of origins and heartbeats of
// nodes. Six slots of ten seconds slide with the time they are given, so a burst is forgotten after
// a minute and not after a fixed number of tries.

const SLOT_MS = 10_000;
const SLOTS = 6;

interface Slot {
  /** Number of the slot since the epoch of the clock that is used. */
  readonly n: number;
  readonly tries: number;
  readonly failures: number;
}

export interface ShareWindow {
  readonly slots: readonly Slot[];
}

export const SHARE_NONE: ShareWindow = { slots: [] };

/** Adds tries of one moment; of these, so many failed. */
export function applyTries(
  window: ShareWindow,
  tries: number,
  failures: number,
  atMs: number,
): ShareWindow {
  const n = Math.floor(atMs / SLOT_MS);
  const kept = window.slots.filter((slot) => slot.n > n - SLOTS && slot.n <= n);
  const last = kept.at(-1);
  if (last?.n !== n) return { slots: [...kept, { n, tries, failures }] };
  const sum = { n, tries: last.tries + tries, failures: last.failures + failures };
  return { slots: [...kept.slice(0, -1), sum] };
}

export interface Share {
  readonly tries: number;
  readonly failures: number;
  /** 0 without a try. */
  readonly share: number;
}

/** What the window holds at a moment. */
export function toShare(window: ShareWindow, atMs: number): Share {
  const n = Math.floor(atMs / SLOT_MS);
  let [tries, failures] = [0, 0];
  for (const slot of window.slots) {
    if (slot.n <= n - SLOTS || slot.n > n) continue;
    tries += slot.tries;
    failures += slot.failures;
  }
  return { tries, failures, share: tries === 0 ? 0 : failures / tries };
}
