// What operators tell the health machines, and which of it is in force. For the choice, the weights
// and the API.
//
// Precedence, strongest first: pin > ban > drain > freeze > health > canary > preference. A pin is
// obeyed even if its origin is red: the operator sees more than a detector. A word for one channel
// beats a word for all; among equals the later one holds. What ends is ended by the clock alone, so
// nobody has to remember it; bans, canaries and freezes must have an end.

export const OVERRIDE_KINDS = ["pin", "ban", "drain", "canary", "freeze", "shadow"] as const;
export type OverrideKind = (typeof OVERRIDE_KINDS)[number];

interface OverrideBase {
  readonly id: string;
  /** Null: every channel. */
  readonly channelId: string | null;
  /** Who said so, for the audit. */
  readonly by: string;
  readonly atMs: number;
}

export type Override =
  /** This origin first, whatever its health. */
  | (OverrideBase & {
      readonly kind: "pin";
      readonly originId: string;
      readonly untilMs: number | null;
    })
  /** Not this origin, unless nobody else is left. */
  | (OverrideBase & {
      readonly kind: "ban";
      readonly originId: string;
      readonly untilMs: number;
    })
  /** Nothing new to this origin, and what it feeds moves away, also behind a discontinuity. */
  | (OverrideBase & {
      readonly kind: "drain";
      readonly originId: string;
      readonly untilMs: number | null;
    })
  /** This share of the sessions tries this origin. */
  | (OverrideBase & {
      readonly kind: "canary";
      readonly originId: string;
      /** 0 to 1. */
      readonly share: number;
      readonly untilMs: number;
    })
  /** An event is on: nothing moves for preference, only what is red is left. */
  | (OverrideBase & { readonly kind: "freeze"; readonly untilMs: number })
  /** Decide and write down, but change nothing. */
  | (OverrideBase & { readonly kind: "shadow"; readonly untilMs: number | null });

/** What holds for one channel at one moment. */
export interface InForce {
  readonly pin: string | null;
  readonly banned: ReadonlySet<string>;
  readonly drained: ReadonlySet<string>;
  readonly canary: Pick<Extract<Override, { kind: "canary" }>, "id" | "originId" | "share"> | null;
  readonly isFrozen: boolean;
  readonly isShadow: boolean;
}

export const NOTHING_IN_FORCE: InForce = {
  pin: null,
  banned: new Set(),
  drained: new Set(),
  canary: null,
  isFrozen: false,
  isShadow: false,
};

/** Decides what holds for a channel. */
export function decideInForce(
  overrides: readonly Override[],
  channelId: string,
  nowMs: number,
): InForce {
  const active = overrides
    .filter((each) => each.channelId === null || each.channelId === channelId)
    .filter((each) => nowMs >= each.atMs && (each.untilMs === null || nowMs < each.untilMs))
    .sort((a, b) => toReach(a) - toReach(b) || a.atMs - b.atMs);
  if (active.length === 0) return NOTHING_IN_FORCE;
  const last = <K extends OverrideKind>(kind: K) =>
    active.findLast((each): each is Extract<Override, { kind: K }> => each.kind === kind);
  const all = (kind: "ban" | "drain") =>
    new Set(active.flatMap((each) => (each.kind === kind ? [each.originId] : [])));
  const canary = last("canary");
  return {
    pin: last("pin")?.originId ?? null,
    banned: all("ban"),
    drained: all("drain"),
    canary: canary ?? null,
    isFrozen: last("freeze") !== undefined,
    isShadow: last("shadow") !== undefined,
  };
}

function toReach({ channelId }: Override): number {
  return channelId === null ? 0 : 1;
}

/** Whether an override may be taken as it is; null: it may. */
export function findOverrideFault(override: Override): string | null {
  const { untilMs, atMs } = override;
  if (untilMs !== null && !(untilMs > atMs)) return "it ends before it begins";
  if (override.kind !== "canary") return null;
  const { share } = override;
  return share > 0 && share <= 1 ? null : "a canary's share is above 0 and at most 1";
}

/** Takes out what ended so long ago that no audit asks for it any more. */
export function applyExpiry(overrides: readonly Override[], nowMs: number): readonly Override[] {
  const kept = overrides.filter(({ untilMs }) => untilMs === null || nowMs < untilMs);
  return kept.length === overrides.length ? overrides : kept;
}
