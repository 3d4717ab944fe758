// A blocking playlist reload (bis-22 section 6.2.5.2; spec section 3.1, rules B1 to B10): answer,
// wait or refuse, from what was asked and what the newest version holds. Asked again with every
// version while a viewer waits. It does NOT wait, and it does not choose which playlists promise
// blocking: promises.ts does.

import type { Directives } from "./directives.ts";

/** How far the newest version reaches, and what it promises. */
export interface ReloadFacts {
  /** Media Sequence Number of the last complete segment. */
  readonly lastMsn: number;
  /** Index of the last part of segment `lastMsn + 1`; null if it has none yet. */
  readonly lastPart: number | null;
  /** Parts that the last complete segment lists; 0 when it lists none. */
  readonly lastSegmentParts: number;
  readonly targetDurationSeconds: number;
  readonly partTargetSeconds: number | null;
  readonly ended: boolean;
  /** Whether it says CAN-BLOCK-RELOAD. */
  readonly canBlock: boolean;
}

export const RELOAD_REFUSALS = ["malformed", "msn-too-far", "part-too-far"] as const;
export type ReloadRefusal = (typeof RELOAD_REFUSALS)[number];

export type ReloadVerdict =
  /** Nothing to wait for was asked, or it must be ignored: a plain request. */
  | { readonly kind: "plain" }
  /** The newest version has what was asked for. */
  | { readonly kind: "answer" }
  | { readonly kind: "wait" }
  | { readonly kind: "refuse"; readonly reason: ReloadRefusal; readonly detail: string };

/** Segments behind the last one that may be asked for (rule B8). */
const MSN_AHEAD_MAX = 2;

const PLAIN = { kind: "plain" } as const;
const ANSWER = { kind: "answer" } as const;
const WAIT = { kind: "wait" } as const;

/** Decides about one request against the newest version. */
export function decideReload(asked: Directives, facts: ReloadFacts): ReloadVerdict {
  if (facts.ended || !facts.canBlock) return PLAIN;
  if (asked.fault !== null) return { kind: "refuse", reason: "malformed", detail: asked.fault };
  if (asked.msn === null) return PLAIN;
  const { lastMsn, lastSegmentParts } = facts;
  // Without PART-INF there are no parts that a number could mean.
  const askedPart = facts.partTargetSeconds === null ? null : asked.part;
  // A part behind the last one of its segment is the first one of the next (rule B4).
  const isBeyond = askedPart !== null && asked.msn === lastMsn && lastSegmentParts > 0;
  const isNext = isBeyond && askedPart >= lastSegmentParts;
  const msn = isNext ? asked.msn + 1 : asked.msn;
  const part = isNext ? 0 : askedPart;
  if (msn <= lastMsn) return ANSWER;
  if (msn > lastMsn + MSN_AHEAD_MAX) {
    const detail = `_HLS_msn ${asked.msn} is more than two segments ahead of ${lastMsn}.`;
    return { kind: "refuse", reason: "msn-too-far", detail };
  }
  if (part === null) return WAIT;
  const lastPart = msn === lastMsn + 1 ? (facts.lastPart ?? -1) : -1;
  if (part <= lastPart) return ANSWER;
  const limit = toAdvancePartLimit(facts.partTargetSeconds ?? 1);
  if (part - lastPart <= limit) return WAIT;
  const detail = `_HLS_part ${part} is more than ${limit} parts ahead of segment ${msn}.`;
  return { kind: "refuse", reason: "part-too-far", detail };
}

/** The Advance Part Limit (rule B9); the standard leaves fractions open, we round up. */
export function toAdvancePartLimit(partTargetSeconds: number): number {
  if (partTargetSeconds >= 1) return 3;
  // A PART-TARGET of 0 is a slip; 3 / 0.02 s are more parts than any player runs ahead.
  return Math.ceil(3 / Math.max(0.02, partTargetSeconds) - 1e-9);
}

/** The moments of a wait, all in this machine's clock. */
export interface ReloadWait {
  readonly startedAtMs: number;
  /** When the next version is expected; null: nobody knows. */
  readonly expectedAtMs: number | null;
  /** When the newest version came here. */
  readonly shownAtMs: number;
  readonly lastSegmentDurationSeconds: number | null;
}

/** Longest wait of all (rule B10). */
const WAIT_TARGETS_MAX = 3;
/** A version that is late by so much is not waited for any longer: players give up after 10 s. */
const OVERDUE_TARGETS = 1;
/** Who comes when it is overdue already waits this long: as a 503 tells everybody to. */
const LATE_MS = 1_000;

/** When a viewer who waits is told 503; asked again with every version. */
export function toGiveUpAtMs(wait: ReloadWait, facts: ReloadFacts): number {
  const targetMs = facts.targetDurationSeconds * 1_000;
  // What was expected may be a former origin's rhythm: one step after the last version is no delay.
  const dueAtMs = Math.max(
    wait.expectedAtMs ?? Number.NEGATIVE_INFINITY,
    wait.shownAtMs + toStepSeconds(wait, facts) * 1_000,
  );
  const overdueAtMs = dueAtMs + targetMs * OVERDUE_TARGETS;
  const patientAtMs = Math.max(overdueAtMs, wait.startedAtMs + LATE_MS);
  return Math.min(patientAtMs, wait.startedAtMs + targetMs * WAIT_TARGETS_MAX);
}

/** Media that the next version brings. A list that may have parts and has none brings a segment. */
function toStepSeconds(wait: ReloadWait, facts: ReloadFacts): number {
  const { partTargetSeconds, targetDurationSeconds, lastPart, lastSegmentParts } = facts;
  if (partTargetSeconds === null) return wait.lastSegmentDurationSeconds ?? targetDurationSeconds;
  return lastPart === null && lastSegmentParts === 0 ? targetDurationSeconds : partTargetSeconds;
}
