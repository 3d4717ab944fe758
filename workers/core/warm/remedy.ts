// What to do when fewer requests are hits than should be (design section 7): the published remedy,
// in its order. First look why; then keep longer what leaves too early, within its bounds; then
// preload what is missed; then tell people, with what was tried. Each step gets a window of time to
// work before the next is taken, and the first window above the line ends it. A step that the
// reasons speak against is left out and said so: longer lifetimes help nobody whose misses are new.

/** Below this share of hits a window is bad. */
export const HIT_RATIO_MIN = 0.4;
/** A window with fewer requests says nothing. */
export const WINDOW_REQUESTS_MIN = 100;
/** A lifetime is doubled by a remedy, and never goes beyond so many times the configured one. */
export const LENGTHEN_FACTOR_MAX = 4;

export const REMEDY_STEPS = ["watch", "analyse", "lengthen", "preload", "report"] as const;
export type RemedyStep = (typeof REMEDY_STEPS)[number];

/** One window of a channel. */
export interface HitWindow {
  readonly hits: number;
  readonly requests: number;
  /** Misses by reason: cold, expired, evicted and others. */
  readonly misses: Readonly<Record<string, number>>;
}

export interface RemedyState {
  /** The last step taken. */
  readonly step: RemedyStep;
  /** Lifetimes are this many times the configured ones. */
  readonly factor: number;
  readonly sinceMs: number;
}

export const REMEDY_NONE: RemedyState = { step: "watch", factor: 1, sinceMs: 0 };

export type RemedyEffect =
  | { readonly kind: "analyse"; readonly ratio: number; readonly leading: string | null }
  | { readonly kind: "lengthen"; readonly factor: number }
  | { readonly kind: "preload" }
  | { readonly kind: "report"; readonly ratio: number; readonly leading: string | null }
  | { readonly kind: "recovered"; readonly ratio: number };

/** Reasons that a longer lifetime would mend. */
const MENDED_BY_TIME: ReadonlySet<string> = new Set(["expired", "stale"]);

/** Judges one window and takes the next step. */
export function applyHitWindow(
  state: RemedyState,
  window: HitWindow,
  nowMs: number,
): { readonly state: RemedyState; readonly effects: readonly RemedyEffect[] } {
  if (window.requests < WINDOW_REQUESTS_MIN) return { state, effects: [] };
  const ratio = window.hits / window.requests;
  if (ratio >= HIT_RATIO_MIN) return toRecovered(state, ratio, nowMs);
  const leading = toLeadingReason(window);
  switch (state.step) {
    case "watch":
      return {
        state: { ...state, step: "analyse", sinceMs: nowMs },
        effects: [{ kind: "analyse", ratio, leading }],
      };
    case "analyse":
    case "lengthen": {
      const isOfTime = leading !== null && MENDED_BY_TIME.has(leading);
      if (isOfTime && state.factor < LENGTHEN_FACTOR_MAX) {
        const factor = Math.min(LENGTHEN_FACTOR_MAX, state.factor * 2);
        const next = { step: "lengthen", factor, sinceMs: nowMs } as const;
        return { state: next, effects: [{ kind: "lengthen", factor }] };
      }
      const next = { ...state, step: "preload", sinceMs: nowMs } as const;
      return { state: next, effects: [{ kind: "preload" }] };
    }
    case "preload":
      return {
        state: { ...state, step: "report", sinceMs: nowMs },
        effects: [{ kind: "report", ratio, leading }],
      };
    case "report":
      // Told once: the incident stays open until it is over.
      return { state, effects: [] };
  }
}

/** Back above the line: what was lengthened goes back by halves, so that it does not swing. */
function toRecovered(state: RemedyState, ratio: number, nowMs: number) {
  const factor = Math.max(1, state.factor / 2);
  const next = { step: "watch", factor, sinceMs: nowMs } as const;
  if (state.step === "watch" && factor === state.factor) return { state, effects: [] };
  const undo = factor === state.factor ? [] : [{ kind: "lengthen", factor } as const];
  const told = state.step === "watch" ? [] : [{ kind: "recovered", ratio } as const];
  return { state: next, effects: [...undo, ...told] };
}

/** The reason of most misses; null if none is known. */
function toLeadingReason({ misses }: HitWindow): string | null {
  const ordered = Object.entries(misses)
    .filter(([, count]) => count > 0)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return ordered[0]?.[0] ?? null;
}
