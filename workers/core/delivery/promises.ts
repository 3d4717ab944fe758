// What a channel's playlists promise in EXT-X-SERVER-CONTROL beyond what is in them: that this edge
// holds a request until the next version (CAN-BLOCK-RELOAD; spec section 3.1, rule B1) and that it
// leaves out what a player has (CAN-SKIP-UNTIL; section 3.2, rules S1 and S6). One decision for all
// playlists of a channel, because they must say the same. Each part of it names its reason, so that
// an operator can be told. It does NOT write the tag.

export const BLOCKING_MODES = ["auto", "on", "off"] as const;
/** The channel's policy `blocking`. */
export type BlockingMode = (typeof BLOCKING_MODES)[number];

export const BLOCKING_REASONS = [
  "policy-on",
  "policy-off",
  "has-parts",
  "short-target",
  "long-target",
] as const;
export type BlockingReason = (typeof BLOCKING_REASONS)[number];

export const SKIP_REASONS = ["long-window", "short-window", "kept"] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export interface PromiseInput {
  readonly mode: BlockingMode;
  readonly targetDurationSeconds: number;
  readonly partTargetSeconds: number | null;
  /** Media that the playlist lists. */
  readonly windowSeconds: number;
  /** Whether the channel has promised delta updates before. */
  readonly canSkip: boolean;
}

/** The decision, with everything it was made from. */
export interface Promises {
  readonly canBlock: boolean;
  readonly blockingReason: BlockingReason;
  /** The skip boundary; null: no delta updates. */
  readonly skipUntilSeconds: number | null;
  readonly skipReason: SkipReason;
  readonly input: PromiseInput;
}

/** Players give up after ten seconds, and a segment may come half a target late. */
const TARGET_SECONDS_MAX = 6;
/** The shortest boundary that the standard allows (rule S1). */
const BOUNDARY_TARGETS = 6;
/** Below twice the boundary a delta update saves less than it costs. */
const WINDOW_BOUNDARIES = 2;

/** Decides what a channel promises. */
export function decidePromises(input: PromiseInput): Promises {
  const blockingReason = decideBlocking(input);
  const boundarySeconds = input.targetDurationSeconds * BOUNDARY_TARGETS;
  const isLong = input.windowSeconds >= boundarySeconds * WINDOW_BOUNDARIES - 1e-6;
  // Once given, a promise stays: a window that shrinks a little must not make players reload whole.
  const skipReason = isLong ? "long-window" : input.canSkip ? "kept" : "short-window";
  return {
    canBlock: CAN_BLOCK[blockingReason],
    blockingReason,
    skipUntilSeconds: skipReason === "short-window" ? null : boundarySeconds,
    skipReason,
    input,
  };
}

const CAN_BLOCK: Readonly<Record<BlockingReason, boolean>> = {
  "policy-on": true,
  "policy-off": false,
  "has-parts": true,
  "short-target": true,
  "long-target": false,
};

function decideBlocking(input: PromiseInput): BlockingReason {
  if (input.mode !== "auto") return input.mode === "on" ? "policy-on" : "policy-off";
  // With parts a request is held for a part, however long the segments are.
  if (input.partTargetSeconds !== null) return "has-parts";
  return input.targetDurationSeconds <= TARGET_SECONDS_MAX ? "short-target" : "long-target";
}
