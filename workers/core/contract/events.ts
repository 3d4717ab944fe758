// The words between control and a preload event: what a content team asks for, what that would
// cost, and how it is getting on. All plain JSON, because the API answers with them as they are.
// Times of requests are Unix milliseconds, for they come from people's calendars.

import type { WarmFailure } from "./warming.ts";

/** Which part of each playlist is wanted. */
export type EventWindow =
  | { readonly kind: "whole" }
  | { readonly kind: "first" | "last"; readonly seconds: number }
  /** What is announced from now on, until the event ends. */
  | { readonly kind: "follow"; readonly untilMs: number };

/** Which renditions are wanted; all if every field is absent. */
export interface RenditionChoice {
  readonly heightMax?: number;
  readonly bandwidthMax?: number;
  /** Paths of media playlists below the channel. */
  readonly playlists?: readonly string[];
}

/** What a content team asks for. */
export interface PreloadRequest {
  readonly title: string;
  readonly channel: string;
  /** Playlist path below the channel; the channel's entry playlist if absent. */
  readonly playlist: string;
  /** Regions to warm, as Durable Object location hints. */
  readonly regions: readonly string[];
  /** In place of the playlist: files below the channel. */
  readonly paths?: readonly string[];
  /** In place of the playlist: everything below a prefix of the channel's storage. */
  readonly prefix?: string;
  readonly window?: EventWindow;
  readonly renditions?: RenditionChoice;
  /** When the crowd comes; absent: now. */
  readonly startsAtMs?: number;
  /** How long before that the run begins. */
  readonly leadMs?: number;
  readonly budget?: {
    /** Bytes that the origins may have to send for this. */
    readonly bytes?: number;
    /** Files per second that each origin may be asked for. */
    readonly requestsPerSecond?: number;
    /** In the currency of the price table. */
    readonly cost?: number;
    /** Leave out the last files rather than refuse what is over `bytes`. */
    readonly fit?: boolean;
  };
  readonly verify?: {
    /** Share of the files, over all regions, from which on the event counts as done; 0 to 1. */
    readonly coverage?: number;
    /** Whether what a later look finds cold is warmed again. */
    readonly rewarm?: boolean;
  };
  /** Stop after planning until somebody says `run`. */
  readonly hold?: boolean;
}

export const EVENT_STATES = [
  "accepted",
  "planning",
  /** Planned, and waits for `run`. */
  "planned",
  /** Planned, and waits for its time. */
  "scheduled",
  "running",
  /** All was warm once; is being looked at again. */
  "verifying",
  /** Warm, and takes in what a live playlist announces. */
  "following",
  "paused",
  "done",
  /** Could not be planned, or less is warm than was wanted. */
  "failed",
  "cancelled",
] as const;
export type EventState = (typeof EVENT_STATES)[number];

export const EVENT_ACTIONS = ["run", "verify", "pause", "resume", "cancel"] as const;
export type EventAction = (typeof EVENT_ACTIONS)[number];

export type ActionAnswer =
  | { readonly kind: "done"; readonly progress: EventProgress }
  | { readonly kind: "refused"; readonly detail: string };

/** Why a plan may not run. */
export const REFUSALS = [
  "unreadable",
  "no-files",
  "too-many-files",
  "over-bytes",
  "over-cost",
  "too-late",
  "absent-files",
] as const;
export type Refusal = (typeof REFUSALS)[number];

export interface PlanFault {
  readonly reason: Refusal;
  /** With the numbers, for the content team. */
  readonly detail: string;
}

export interface EventCost {
  readonly amount: number;
  readonly currency: string;
  /** Where the prices are from, and of when. */
  readonly source: string;
  readonly date: string;
}

/** What an event would do. */
export interface EventPlan {
  readonly files: number;
  readonly places: readonly string[];
  /** Files times places. */
  readonly objects: number;
  /** Of the files whose length is known. */
  readonly bytes: number;
  readonly filesOfUnknownLength: number;
  /** What the origins will have to send and answer. */
  readonly origin: { readonly bytes: number; readonly requests: number };
  /** Shortest time at the event's own rate; null without one. */
  readonly runSecondsMin: number | null;
  /** Null: the catalog has no price table. */
  readonly cost: EventCost | null;
  /** What will hurt and does not forbid it. */
  readonly conflicts: readonly string[];
  readonly refusals: readonly PlanFault[];
  /** The longest files first, as a sample. */
  readonly sample: readonly {
    readonly path: string;
    readonly lengthBytes: number | null;
    readonly etag: string | null;
    readonly version: string | null;
  }[];
}

export interface PlaceProgress {
  readonly place: string;
  readonly planned: number;
  readonly warm: number;
  readonly failed: number;
}

export interface EventProgress {
  readonly id: string;
  readonly title: string;
  readonly channel: string;
  readonly playlist: string;
  readonly regions: readonly string[];
  readonly state: EventState;
  /** Why it failed, in words for the content team; null while it has not. */
  readonly problem: string | null;
  readonly objects: { readonly planned: number; readonly warm: number; readonly failed: number };
  readonly bytes: { readonly planned: number; readonly warm: number };
  /** Share of the objects that are warm, 0 to 1. */
  readonly coverage: number;
  readonly places: readonly PlaceProgress[];
  readonly inFlight: number;
  /** Files whose attempts are used up; `resume` tries them again. */
  readonly deadLetters: number;
  /** Times that a file was found cold after it had been warm. */
  readonly decays: number;
  /** At the pace of this pass; null while nobody can say. */
  readonly etaMs: number | null;
  readonly failures: readonly {
    readonly path: string;
    readonly region: string;
    readonly failure: WarmFailure;
  }[];
  readonly acceptedAtMs: number;
  readonly finishedAtMs: number | null;
  /** When it will act next; null: when somebody tells it to. */
  readonly nextAtMs: number | null;
}

/** An event in a list. */
export interface EventLine {
  readonly id: string;
  readonly title: string;
  readonly channel: string;
  readonly state: EventState;
  readonly acceptedAtMs: number;
}
