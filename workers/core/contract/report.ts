// What the edges of a region saw since they were last asked: of each origin, and of their own
// traffic. It flows isolate -> gate -> prober -> health centre and is evidence only: nothing at the
// edge waits for it, and what is lost is lost.

export interface Report {
  readonly contract: number;
  readonly origin: string;
  readonly region: string;
  readonly tries: number;
  /**
   * By failure class, and "late" for what was not waited for any longer; a reader must bear with
   * classes of a newer neighbour.
   */
  readonly failures: Readonly<Record<string, number>>;
  /** Counts by power of two of the latency: slot k holds [2^k, 2^(k+1)) milliseconds. */
  readonly latencyLog2: readonly number[];
  readonly bytes: number;
}

/** What a region's edges served, in numbers that can be added up. */
export interface RegionTraffic {
  readonly requests: number;
  /** Answers with a status of 5xx; sessions that were turned away are none of them. */
  readonly serverErrors: number;
  /** Multivariant playlists that were asked for: sessions that began, or wanted to. */
  readonly sessions: number;
  /** Those of them that were turned away. */
  readonly shed: number;
  /** Requests to origins that were made a second time: hedges and rescues. */
  readonly extraAsks: number;
  readonly asks: number;
  readonly egressBytes: number;
  /** Calls that the busiest relay of the region took. */
  readonly relayRequests: number;
  /** How long viewers' answers took, by power of two like `latencyLog2`. */
  readonly tookLog2: readonly number[];
  /** Requests of playlists by channel. */
  readonly playlists: Readonly<Record<string, number>>;
}

export const JOIN_WORDS = ["invisible", "visible", "impossible"] as const;
export type JoinWord = (typeof JOIN_WORDS)[number];

/** A live channel's ledger says how each of its other origins could take over now. */
export interface ChannelJoins {
  readonly contract: number;
  readonly channel: string;
  /** Of the coordinator: a lower one has been given up. */
  readonly generation: number;
  readonly joins: Readonly<Record<string, JoinWord>>;
}

/** How the players of one network fare at one delivery host, as they say it (CMCD). */
export interface PlaybackCount {
  /** Host and port of the requests. */
  readonly host: string;
  /** Autonomous system number. */
  readonly network: number;
  readonly reports: number;
  /** Of these, how many say that the buffer ran dry. */
  readonly starved: number;
}

export interface CollectAsk {
  readonly contract: number;
  /** Longest wait for something that is urgent. */
  readonly waitMs: number;
}

export interface RegionNews {
  readonly contract: number;
  readonly region: string;
  readonly reports: readonly Report[];
  readonly traffic: RegionTraffic;
  /** Absent from older gates, like the next. */
  readonly joins?: readonly ChannelJoins[];
  readonly playback?: readonly PlaybackCount[];
}
