// What the edge says of one viewer URL: how a request for it went, stage by stage, in one region at
// one moment. Made by walking the way itself, so it cannot differ from what viewers get. Asked by
// control for operators; holds no token, no secret, no header that is sent to an origin.

import type { PolicyTimeline } from "./policy.ts";

export interface Explanation {
  readonly contract: number;
  readonly region: string;
  readonly tookMs: number;
  /** By which policy; null: this edge has none. */
  readonly policy: {
    readonly version: number;
    readonly catalogVersion: number;
    readonly ageMs: number;
  } | null;
  readonly route: ExplainedRoute;
  /** Null: the way ended before. So with the next ones. */
  readonly grant: { readonly policy: string } | null;
  readonly choice: ExplainedChoice | null;
  readonly asset: ExplainedAsset | null;
  readonly key: string | null;
  /** Look-ups in the tiers, in their order; the phase of the reply tells about memory. */
  readonly tiers: readonly { readonly tier: string; readonly isFound: boolean }[];
  /** Origins that were asked because of this request, in their order. */
  readonly origins: readonly ExplainedAttempt[];
  readonly lifetime: ExplainedLifetime | null;
  readonly ledger: ExplainedLedger | null;
  readonly reply: {
    readonly status: number;
    /** Of those, the ones that say something about the way. */
    readonly headers: Readonly<Record<string, string>>;
    readonly problem: { readonly reason: string; readonly detail: string } | null;
  };
}

export type ExplainedRoute =
  | {
      readonly kind: "asset";
      readonly channel: string;
      /** Number of the channel's canary; absent: none. */
      readonly canary?: number;
      readonly path: string;
      readonly timeline: number;
      readonly hasToken: boolean;
    }
  | { readonly kind: "other"; readonly place: string }
  | { readonly kind: "refused"; readonly reason: string; readonly detail: string };

export interface ExplainedChoice {
  readonly timelines: readonly PolicyTimeline[];
  readonly current: number;
  readonly reason: string;
  readonly changedAgoMs: number;
}

export interface ExplainedAsset {
  readonly kind: string;
  readonly path: string;
  readonly timeline: number;
  readonly host: string | null;
  /** What was left of the query. */
  readonly query: string;
}

export interface ExplainedAttempt {
  readonly originId: string;
  readonly cause: string;
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  /** A status, or the class of the failure. */
  readonly outcome: string;
  readonly tookMs: number;
}

export interface ExplainedLifetime {
  /** The rule of core/ttl; control says it as a sentence. */
  readonly reason: string;
  readonly originId: string | null;
  readonly isStorable: boolean;
  readonly confirmedAgoMs: number;
  /** Negative: past it. */
  readonly freshForMs: number;
  readonly swrMs: number;
  readonly sieMs: number;
  /** What the rule looked at, as far as it is kept with the version. */
  readonly inputs: Readonly<Record<string, string | number | boolean | null>>;
}

export type ExplainedLedger =
  | {
      readonly kind: "playlist";
      readonly generation: number;
      readonly seq: number;
      /** Who feeds it. */
      readonly originId: string | null;
      readonly lastMsn: number | null;
      readonly confirmedAgoMs: number;
      readonly expectedInMs: number | null;
      readonly timelines: readonly PolicyTimeline[];
    }
  /** Where the bytes of a file are, at each origin under its own name. */
  | {
      readonly kind: "file";
      readonly places: readonly { readonly originId: string; readonly path: string }[];
    };
