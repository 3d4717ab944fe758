// The words between preload and the edge's WarmAgent, and between control and a preload event.
//
// A warm agent never writes a cache itself: it fetches the edge's own delivery path and reads
// back, so what it reports is what a viewer of that region would have got.

/** One file to warm, named as a viewer names it: below the channel, canonical, with its label. */
export interface WarmTarget {
  readonly channel: string;
  /** Path as in viewer URLs, without leading slash: "v360/12.m4s" or "@t3/v360/12.m4s". */
  readonly path: string;
}

/** Which adapter of which tier answered the read-back. */
export const WARM_TIERS = ["edge-cache", "isolate", "none"] as const;
export type WarmTier = (typeof WARM_TIERS)[number];

export const WARM_FAILURES = [
  "refused",
  "not-cached",
  "validator-mismatch",
  "length-mismatch",
  "unreachable",
] as const;
export type WarmFailure = (typeof WARM_FAILURES)[number];

export interface WarmResult {
  readonly target: WarmTarget;
  readonly region: string;
  readonly warm: boolean;
  readonly failure: WarmFailure | null;
  readonly tier: WarmTier;
  /** Status of the read-back. */
  readonly status: number;
  readonly etag: string | null;
  readonly lengthBytes: number | null;
  /** Whether the first read found it warm already. */
  readonly wasWarm: boolean;
  readonly tookMs: number;
}

/** A batch on the queue. Small enough for Cloudflare Queues' 128 KB. */
export interface WarmBatch {
  readonly contract: number;
  readonly eventId: string;
  readonly batch: number;
  readonly targets: readonly WarmTarget[];
  readonly regions: readonly string[];
}

/** What a content team asks for. */
export interface PreloadRequest {
  readonly title: string;
  readonly channel: string;
  /** Playlist path below the channel; the channel's entry playlist if absent. */
  readonly playlist: string;
  /** Regions to warm, as Durable Object location hints. */
  readonly regions: readonly string[];
}

export const EVENT_STATES = ["accepted", "planning", "running", "done", "failed"] as const;
export type EventState = (typeof EVENT_STATES)[number];

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
  readonly failures: readonly {
    readonly path: string;
    readonly region: string;
    readonly failure: WarmFailure;
  }[];
  readonly acceptedAtMs: number;
  readonly finishedAtMs: number | null;
}
