// What an edge saw of one origin since its last report. Reports flow edge -> gate -> control and
// are evidence only: nothing at the edge waits for them.

export interface Report {
  readonly contract: number;
  readonly origin: string;
  readonly region: string;
  readonly tries: number;
  /** By failure class; a reader must bear with classes of a newer neighbour. */
  readonly failures: Readonly<Record<string, number>>;
  /** Counts by power of two of the latency: slot k holds [2^k, 2^(k+1)) milliseconds. */
  readonly latencyLog2: readonly number[];
  readonly bytes: number;
}
