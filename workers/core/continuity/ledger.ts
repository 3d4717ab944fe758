// The whole state of a channel's continuity: plain immutable values, held by the coordinator, cheap
// to change and to store. Treat it as opaque outside this room: the questions that others may ask
// have functions of their own (print-canonical.ts, joinability.ts, reads.ts, rescue.ts).

import type { CanonicalMultivariant } from "./canonical-multivariant.ts";
import type { LedgerEffect } from "./effect.ts";
import type { OriginBook } from "./origin-book.ts";
import { toOriginBook } from "./origin-book.ts";
import type { PairProof } from "./pair-proof.ts";
import type { PendingSwitch } from "./pending-switch.ts";
import type { Decision, DecisionInputs, LedgerReason } from "./reason.ts";
import type { RenditionBook } from "./rendition-book.ts";
import type { LedgerSettings } from "./settings.ts";
import { ledgerLimits } from "./settings.ts";
import type { Timeline, Visit } from "./timeline.ts";

export interface Ledger {
  readonly settings: LedgerSettings;
  /** What is fixed for all players when the channel starts; null before. */
  readonly start: ChannelStart | null;
  readonly timelines: readonly Timeline[];
  readonly nextTimeline: number;
  /** Stretches of the canonical playlist, oldest first; the last one is being written. */
  readonly visits: readonly Visit[];
  readonly origins: ReadonlyMap<string, OriginBook>;
  readonly renditions: ReadonlyMap<string, RenditionBook>;
  /** Renditions whose last look was no viewer's. Absent in older snapshots. */
  readonly unwatched?: readonly string[];
  readonly multivariant: CanonicalMultivariant | null;
  /** The origin that health chose last, or the one that began; another member may stand in. */
  readonly chosen: string | null;
  readonly pending: PendingSwitch | null;
  readonly end: EndState;
  readonly proofs: ReadonlyMap<string, PairProof>;
  /** The last decisions, oldest first; bounded. */
  readonly decisions: readonly Decision[];
}

export interface ChannelStart {
  readonly targetDurationSeconds: number;
  readonly holdBackSeconds: number;
  /** Null: no parts are announced. */
  readonly partTargetSeconds: number | null;
  /** The tag lines of both, the same in every playlist; null if there were none. */
  readonly partInf: string | null;
  readonly serverControl: string | null;
  readonly isEvent: boolean;
  /** EXT-X-DEFINE lines, which may not differ. */
  readonly defines: string;
}

export type EndState =
  | { readonly kind: "live" }
  /** The serving origin has ended and others live: until then nobody is told. */
  | { readonly kind: "held"; readonly untilMs: number }
  | { readonly kind: "ended"; readonly atMs: number };

export function toLedger(settings: LedgerSettings): Ledger {
  const origins = settings.origins.slice(0, ledgerLimits.originsMax);
  return {
    settings,
    start: null,
    timelines: [],
    nextTimeline: 0,
    visits: [],
    origins: new Map(origins.map((id) => [id, toOriginBook(id)])),
    renditions: new Map(),
    multivariant: null,
    chosen: null,
    pending: null,
    end: { kind: "live" },
    proofs: new Map(),
    decisions: [],
  };
}

/** A ledger in the middle of one event: fields are replaced, values inside them are not changed. */
export interface Draft {
  ledger: Ledger;
  readonly nowMs: number;
  readonly effects: LedgerEffect[];
}

export function setOrigin(draft: Draft, book: OriginBook): void {
  const origins = new Map(draft.ledger.origins).set(book.id, book);
  draft.ledger = { ...draft.ledger, origins };
}

export function setRendition(draft: Draft, book: RenditionBook): void {
  const renditions = new Map(draft.ledger.renditions).set(book.path, book);
  draft.ledger = { ...draft.ledger, renditions };
}

export function emit(draft: Draft, effect: LedgerEffect): void {
  draft.effects.push(effect);
}

/** Writes a decision down; the same one again, with the same inputs, is one. */
export function note(
  draft: Draft,
  reason: LedgerReason,
  about: { readonly origin?: string; readonly rendition?: string },
  inputs: DecisionInputs = {},
): void {
  const { ledger, nowMs } = draft;
  const origin = about.origin ?? null;
  const rendition = about.rendition ?? null;
  const last = ledger.decisions.at(-1);
  const isRepeated =
    last !== undefined &&
    last.reason === reason &&
    last.origin === origin &&
    last.rendition === rendition &&
    Object.entries(inputs).every(([name, value]) => last.inputs[name] === value);
  if (isRepeated) return;
  const decision: Decision = { atMs: nowMs, reason, origin, rendition, inputs };
  const kept = ledger.decisions.slice(-(ledgerLimits.decisionsMax - 1));
  draft.ledger = { ...ledger, decisions: [...kept, decision] };
}

/** The stretch that is being written. */
export function toVisit(ledger: Ledger): Visit | null {
  return ledger.visits.at(-1) ?? null;
}

/** The renditions that the newest stretch has: those of the one before as long as it has none. */
export function listFed(ledger: Ledger): readonly RenditionBook[] {
  const books = [...ledger.renditions.values()];
  const newest = Math.max(-1, ...books.map(({ source }) => source.visit));
  return books.filter(({ source }) => source.visit === newest);
}

export function toTargetMs(ledger: Ledger): number {
  return (ledger.start?.targetDurationSeconds ?? 6) * 1000;
}
