// The state of one preload event, whole: what was asked for, what was planned, and how every file
// stands in every place. Plain JSON, so that an object can write down what changed and nothing is
// known that is not written. apply-event.ts moves it.
//
// Files travel in batches, and a batch is also what is written at once: a report touches one of
// them, and ten thousand files in three regions are some thousand batches.

import type {
  EventPlan,
  EventProgress,
  EventState,
  PlanFault,
  PreloadRequest,
} from "../contract/events.ts";
import type { ReceiptPass } from "../contract/receipts.ts";
import type {
  BatchReport,
  Sighting,
  WarmAdapter,
  WarmBatch,
  WarmFailure,
  WarmMode,
} from "../contract/warming.ts";
import type { Expected } from "./proof.ts";

export interface PlannedFile {
  readonly path: string;
  /** What the storage holds; null where the origin is no storage or does not tell. */
  readonly expected: Expected | null;
  /** Who will be asked for it first; null: nobody knows. */
  readonly originId: string | null;
}

/** The last look at a file in a place. */
export interface Seen {
  readonly sighting: Sighting;
  readonly adapter: WarmAdapter;
  readonly dataCentre: string | null;
  readonly atMs: number;
}

/** queued: to be warmed. warm: seen warm. dead: not warm, and not tried again by itself. */
export type TaskState = "queued" | "warm" | "dead";

export interface WarmTask {
  readonly path: string;
  readonly expected: Expected | null;
  readonly state: TaskState;
  /** Null exactly if it is warm. */
  readonly failure: WarmFailure | null;
  /** Tries since it was queued. */
  readonly tries: number;
  readonly seen: Seen | null;
  /** The pass in which it was settled last. */
  readonly pass: number;
  /** The sending that took it along last. */
  readonly ticket: number;
  /** Sendings of its batch up to this ticket prove nothing about it: it was found cold since. */
  readonly sinceTicket: number;
}

export interface Lease {
  readonly ticket: number;
  readonly mode: WarmMode;
  /** The sending counts as lost from then on. */
  readonly untilMs: number;
}

export interface TaskBatch {
  readonly place: string;
  readonly origins: readonly string[];
  /** Batch that must have been through before this one begins: the hot tier's filler goes first. */
  readonly after: number | null;
  readonly tasks: readonly WarmTask[];
  /** Not before this moment. */
  readonly dueAtMs: number;
  readonly lease: Lease | null;
  /** Tickets given so far. */
  readonly tickets: number;
}

export interface WarmingEvent {
  readonly id: string;
  readonly request: PreloadRequest;
  readonly state: EventState;
  /** Where a paused event goes on. */
  readonly pausedIn: EventState | null;
  readonly problem: string | null;
  readonly acceptedAtMs: number;
  readonly finishedAtMs: number | null;
  readonly plan: EventPlan | null;
  readonly planTries: number;
  /** Planning begins, or counts as lost, at this moment. */
  readonly planAtMs: number;
  readonly hotTier: boolean;
  readonly batches: readonly TaskBatch[];
  /** Counts from 1 with every run and every look. */
  readonly pass: number;
  readonly passKind: ReceiptPass["kind"];
  readonly passStartedAtMs: number;
  readonly passDecays: number;
  readonly passes: readonly ReceiptPass[];
  readonly decays: number;
  /** Share of its full speed, lowered under pressure: 1/16 to 1. */
  readonly share: number;
  /** Batches in a row for which every file was forbidden. */
  readonly forbiddenInRow: number;
  /** Moments at which all is looked at again. */
  readonly looksAtMs: readonly number[];
  /**
   * When playlists and storages are listed again: for what is new, and for what the storage holds
   * by now under the old names. Null: the last listing will do.
   */
  readonly listAtMs: number | null;
  readonly listTries: number;
}

export type WarmInput =
  /** Time has passed. */
  | { readonly kind: "clock" }
  /** The object lost its memory: whatever it had under way may be lost too. */
  | { readonly kind: "woke" }
  | {
      readonly kind: "planned";
      readonly plan: EventPlan;
      readonly files: readonly PlannedFile[];
      readonly hotTier: boolean;
    }
  | { readonly kind: "plan-broke"; readonly detail: string }
  | { readonly kind: "listed"; readonly files: readonly PlannedFile[] }
  | { readonly kind: "list-broke"; readonly detail: string }
  | { readonly kind: "reported"; readonly report: BatchReport }
  | { readonly kind: "act"; readonly action: string };

export type WarmEffect =
  /** Find out what the event would do, and say `planned` or `plan-broke`. */
  | { readonly kind: "plan" }
  /** Read playlists and storages again, and say `listed` or `list-broke`. */
  | { readonly kind: "list" }
  | { readonly kind: "send"; readonly batch: WarmBatch };

export interface WarmStep {
  readonly event: WarmingEvent;
  /** In this order, after the event was written. */
  readonly effects: readonly WarmEffect[];
  /** Why an action was not taken; null for everything else. */
  readonly refusal: string | null;
}

export type { EventPlan, EventProgress, PlanFault };
