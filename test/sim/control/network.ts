// The wires between the places of a history: they take time, lose, hold back and are cut.
//
// Gaps against the real thing: no bandwidth and no queues, a request is one message and its answer
// another; a lost message is lost and not sent again by anybody but its sender; platform calls that
// the platform itself repeats are not.

import type { Chance } from "../ledger/chance.ts";
import type { VirtualClock } from "./clock.ts";
import { FAULTS_END_MS, type Plan, type Region } from "./plan.ts";

export interface Place {
  readonly name: string;
  readonly region: Region;
}

const SAME_MS = 2;
/** One way, between regions. */
const BETWEEN_MS: Readonly<Record<string, number>> = {
  "enam weur": 40,
  "weur enam": 40,
  "enam apac": 75,
  "apac enam": 75,
  "weur apac": 85,
  "apac weur": 85,
};
const HELD_BACK_MS = 1_500;
const RETRANSMISSION_MS = 300;

export class Network {
  readonly #clock: VirtualClock;
  readonly #plan: Plan;
  readonly #chance: Chance;

  constructor(clock: VirtualClock, plan: Plan, chance: Chance) {
    this.#clock = clock;
    this.#plan = plan;
    this.#chance = chance;
  }

  /** A message. What is lost on a connection is sent again, which takes time. */
  post(from: Place, to: Place, deliver: () => void, isConnection = false): void {
    const isLost = this.#isNoisy() && this.#chance.next() < this.#plan.loss;
    if (this.isCut(from, to) || (isLost && !isConnection)) return;
    const againMs = isLost ? RETRANSMISSION_MS : 0;
    this.#clock.after(this.#toDelayMs(from, to) + againMs, () => {
      if (!this.isCut(from, to)) deliver();
    });
  }

  /** A request and its answer; `done` gets null when nothing came back in time. */
  call<T>(
    from: Place,
    to: Place,
    timeoutMs: number,
    handle: () => T,
    done: (answer: T | null) => void,
  ): void {
    let isOver = false;
    const finish = (answer: T | null): void => {
      if (isOver) return;
      isOver = true;
      done(answer);
    };
    this.#clock.after(timeoutMs, () => finish(null));
    this.post(from, to, () => {
      const answer = handle();
      this.post(to, from, () => finish(answer));
    });
  }

  /** Time there and back, without anybody's work. */
  toRoundTripMs(from: Place, to: Place): number {
    return this.#toDelayMs(from, to) + this.#toDelayMs(to, from);
  }

  isCut(from: Place, to: Place): boolean {
    const { nowMs } = this.#clock;
    return this.#plan.troubles.some((trouble) => {
      if (trouble.kind !== "cut" || nowMs < trouble.fromMs || nowMs >= trouble.toMs) return false;
      const [one, other] = trouble.ends;
      return (isAt(from, one) && isAt(to, other)) || (isAt(from, other) && isAt(to, one));
    });
  }

  #toDelayMs(from: Place, to: Place): number {
    const base = BETWEEN_MS[`${from.region} ${to.region}`] ?? SAME_MS;
    if (!this.#isNoisy()) return base + this.#chance.next();
    const late = this.#chance.next() < this.#plan.heldBack ? this.#chance.next() * HELD_BACK_MS : 0;
    return base + this.#chance.next() * this.#plan.jitterMs + late;
  }

  #isNoisy(): boolean {
    return this.#clock.nowMs < FAULTS_END_MS;
  }
}

/** An end is a place, or a region with every edge and prober in it. */
function isAt({ name, region }: Place, end: string): boolean {
  return name === end || (region === end && /^(edge|prober|gate)-/.test(name));
}
