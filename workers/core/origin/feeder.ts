// Which origin should feed a live channel, from what the channel's own sources see this very moment
// and from control's order. The ledger has the last word: it knows whether the switch can be made
// invisible, has to wait, or cannot be made at all.
//
// Two speeds. Where a switch shows, it is made when the present origin really fails: several times
// in a row, or overdue while another one goes on. Where it is invisible, the first failure is
// enough, because nobody can tell. Back to a better-liked origin only after it has been good for a
// while; the ledger sticks for longer than that. An operator's word to leave an origin may show as
// well, but nobody is left for one who has not been good for as long.

export interface OriginEvidence {
  /** Failures in a row, worst playlist; 0 when the last look was good. */
  readonly failures: number;
  readonly goodSinceMs: number;
  readonly okAtMs: number;
  readonly progressedAtMs: number;
  /** Late by this much at the last look; 0 when it is not. */
  readonly lateMs: number;
  /** Whether it is later than its own jitter explains. */
  readonly isOverdue: boolean;
}

export const EVIDENCE_NONE: OriginEvidence = {
  failures: 0,
  goodSinceMs: Number.POSITIVE_INFINITY,
  okAtMs: Number.NEGATIVE_INFINITY,
  progressedAtMs: Number.NEGATIVE_INFINITY,
  lateMs: 0,
  isOverdue: false,
};

export type Sight =
  | { readonly kind: "progress" }
  | { readonly kind: "same" }
  /** Far behind what it showed before: an encoder began anew, or another node answers. */
  | { readonly kind: "back" }
  | { readonly kind: "failed"; readonly count: number }
  | { readonly kind: "late"; readonly lateMs: number; readonly isOverdue: boolean };

/** Adds one thing seen of an origin. */
export function applySight(before: OriginEvidence, sight: Sight, nowMs: number): OriginEvidence {
  switch (sight.kind) {
    case "failed":
      return { ...before, failures: sight.count, goodSinceMs: Number.POSITIVE_INFINITY };
    case "back":
      return { ...before, failures: before.failures + 1, goodSinceMs: Number.POSITIVE_INFINITY };
    case "late":
      return {
        ...before,
        lateMs: sight.lateMs,
        isOverdue: sight.isOverdue,
        goodSinceMs: Number.POSITIVE_INFINITY,
      };
    case "same":
    case "progress": {
      const progressed = sight.kind === "progress";
      const isGood = progressed || before.lateMs === 0;
      return {
        failures: 0,
        okAtMs: nowMs,
        progressedAtMs: progressed ? nowMs : before.progressedAtMs,
        lateMs: progressed ? 0 : before.lateMs,
        isOverdue: !progressed && before.isOverdue,
        goodSinceMs: isGood ? Math.min(before.goodSinceMs, nowMs) : before.goodSinceMs,
      };
    }
  }
}

export type FeederJoin = "invisible" | "visible" | "impossible";

export interface FeederInput {
  readonly current: string;
  /** Control's order, best first. */
  readonly wish: readonly string[];
  /** Origins that operators want left, also behind a discontinuity; absent: none. */
  readonly left?: readonly string[];
  readonly evidence: ReadonlyMap<string, OriginEvidence>;
  /** How the ledger could join an origin; asked only when there is a reason to switch. */
  readonly joins: () => ReadonlyMap<string, FeederJoin>;
  readonly targetMs: number;
  readonly nowMs: number;
}

export interface FeederChoice {
  readonly origin: string;
  readonly cause: "failure" | "operator" | "preference";
}

const FAILURES_VISIBLE = 3;
/** Late enough for a switch that shows; a blip of a short target duration is not. */
const LATE_TARGETS_VISIBLE = 0.2;
const LATE_MS_VISIBLE = 500;
/** How long a better-liked origin must have been good before it is wished back, in targets. */
const GOOD_TARGETS = 5;
const OK_TARGETS = 2;

/** Decides whether another origin should feed the channel; null: leave it. */
export function decideFeeder(input: FeederInput): FeederChoice | null {
  const { current, wish, evidence, nowMs, targetMs } = input;
  const now = evidence.get(current) ?? EVIDENCE_NONE;
  const isTroubled = now.failures > 0 || now.lateMs > 0;
  if (!isTroubled && wish[0] === current) return null;
  const joins = input.joins();
  const others = wish.filter((id) => id !== current && joins.get(id) !== "impossible");
  if (isTroubled) {
    const origin = others.find((id) => isBetter(input, now, id, joins.get(id) === "invisible"));
    if (origin !== undefined) return { origin, cause: "failure" };
  }
  const isLasting = (id: string) => {
    const { goodSinceMs, okAtMs } = evidence.get(id) ?? EVIDENCE_NONE;
    return nowMs - goodSinceMs >= GOOD_TARGETS * targetMs && nowMs - okAtMs < OK_TARGETS * targetMs;
  };
  const { left = [] } = input;
  if (left.includes(current)) {
    const able = others.filter((id) => !left.includes(id) && isLasting(id));
    const origin = able.find((id) => joins.get(id) === "invisible") ?? able[0];
    return origin === undefined ? null : { origin, cause: "operator" };
  }
  const best = wish[0];
  if (isTroubled || best === undefined || best === current || !others.includes(best)) return null;
  return isLasting(best) ? { origin: best, cause: "preference" } : null;
}

function isBetter(
  { evidence, nowMs, targetMs }: FeederInput,
  now: OriginEvidence,
  id: string,
  invisible: boolean,
): boolean {
  const other = evidence.get(id) ?? EVIDENCE_NONE;
  const isUp = other.failures === 0 && nowMs - other.okAtMs < OK_TARGETS * targetMs;
  if (!isUp || other.lateMs > 0) return false;
  // Where it shows, a little late is not enough, nor what this origin's publications do every day.
  const lateMsVisible = Math.max(LATE_MS_VISIBLE, targetMs * LATE_TARGETS_VISIBLE);
  const isLate = invisible || (now.isOverdue && now.lateMs >= lateMsVisible);
  if (now.failures > 0) return isLate || now.failures >= FAILURES_VISIBLE;
  // Late: only somebody who goes on can help.
  return isLate && other.progressedAtMs > now.progressedAtMs;
}
