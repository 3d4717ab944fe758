// Counts what a place's requests met at each origin, and sends the counts on: at once when anything
// failed, else every two seconds. What an edge sends to its gate and the gate to control.

import { CONTRACT_VERSION } from "../../../workers/core/contract/message.ts";
import type { Report } from "../../../workers/core/contract/report.ts";
import type { VirtualClock } from "./clock.ts";

const URGENT_MS = 200;
const REGULAR_MS = 2_000;

interface Counts {
  tries: number;
  readonly failures: Record<string, number>;
  readonly latencyLog2: number[];
}

export class Tally {
  readonly #region: string;
  readonly #clock: VirtualClock;
  readonly #send: (reports: readonly Report[]) => void;
  #counts = new Map<string, Counts>();
  #isUrgent = false;

  constructor(region: string, clock: VirtualClock, send: (reports: readonly Report[]) => void) {
    this.#region = region;
    this.#clock = clock;
    this.#send = send;
    clock.every(REGULAR_MS, () => this.#flush());
  }

  answered(originId: string, tookMs: number): void {
    const counts = this.#of(originId);
    counts.tries += 1;
    const slot = Math.floor(Math.log2(Math.max(1, tookMs)));
    counts.latencyLog2[slot] = (counts.latencyLog2[slot] ?? 0) + 1;
  }

  failed(originId: string, failure: string): void {
    const counts = this.#of(originId);
    counts.tries += 1;
    counts.failures[failure] = (counts.failures[failure] ?? 0) + 1;
    this.#hurry();
  }

  /** Not answered when somebody else was asked: a suspicion, and no failure of this origin's. */
  late(originId: string): void {
    const counts = this.#of(originId);
    counts.failures["late"] = (counts.failures["late"] ?? 0) + 1;
    this.#hurry();
  }

  #hurry(): void {
    if (this.#isUrgent) return;
    this.#isUrgent = true;
    this.#clock.after(URGENT_MS, () => this.#flush());
  }

  #of(originId: string): Counts {
    const known = this.#counts.get(originId);
    if (known !== undefined) return known;
    const made: Counts = { tries: 0, failures: {}, latencyLog2: [] };
    this.#counts.set(originId, made);
    return made;
  }

  #flush(): void {
    this.#isUrgent = false;
    if (this.#counts.size === 0) return;
    const reports = [...this.#counts].map(([origin, { tries, failures, latencyLog2 }]) => ({
      contract: CONTRACT_VERSION,
      origin,
      region: this.#region,
      tries,
      failures,
      latencyLog2: Array.from(latencyLog2, (count) => count ?? 0),
      bytes: 0,
    }));
    this.#counts = new Map();
    this.#send(reports);
  }
}
