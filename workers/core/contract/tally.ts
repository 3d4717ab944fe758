// What the data plane counted, on its way isolate -> region gate -> control. Rows are increments
// between an isolate and its gate, and sums since the gate's beginning between gate and control.
// Evidence only: nothing at the edge waits for them, and a row that is lost is lost.

import type { HotHit } from "./hot.ts";

/** The families and their labels, in the order in which a row gives them. */
export const TALLY_LABELS = {
  /** What viewers got. */
  requests: ["channel", "rendition", "kind", "outcome"],
  /** What origins were asked, on whose behalf: the egress ledger. */
  egress: ["origin", "cause", "outcome"],
  /** Files fetched before anybody asked. */
  prefetches: ["channel", "cause", "outcome"],
  /** Sessions that began, by their multivariant playlists: let in, or turned away ("shed"). */
  sessions: ["channel", "outcome"],
  /** What was wrong with bodies that origins sent with a good status. */
  faults: ["origin", "failure"],
  /** Requests to origins beyond the first one of a fill: hedges and rescues. */
  rescues: ["kind"],
  /** Calls that relays took. */
  relays: ["relay"],
  /** Answers with a body, by the rule that decided how long they may be kept. */
  lifetimes: ["channel", "kind", "reason"],
  /** Requests whose player says how it fares (CMCD), by whether its buffer ran dry. */
  playback: ["channel", "state"],
  /** The same by host and network (autonomous system number), for the verdicts by network. */
  networks: ["host", "network", "state"],
  /** Players that asked where to go, by the pathway they were on. */
  steering: ["channel", "pathway"],
} as const;
export type TallyFamily = keyof typeof TALLY_LABELS;

/** On whose behalf an origin was asked: the causes of fills, live playlists, unknown names. */
export const EGRESS_CAUSES = [
  "live-edge",
  "announced",
  "viewer",
  "hinted",
  "preload",
  "names",
] as const;
export type EgressCause = (typeof EGRESS_CAUSES)[number];

export interface TallyRow {
  /** A reader must bear with families of a newer neighbour. */
  readonly family: string;
  readonly labels: readonly string[];
  readonly count: number;
  readonly bytes: number;
  /** Durations in milliseconds by power of two; see core/telemetry/histogram.ts. */
  readonly log2: readonly number[];
  /** Sum of those durations, milliseconds; absent from older builds. */
  readonly sumMs?: number;
}

export interface TallyBatch {
  readonly contract: number;
  readonly rows: readonly TallyRow[];
  /** Files of libraries that viewers asked for; absent: none, or an older build. */
  readonly files?: readonly HotHit[];
}
