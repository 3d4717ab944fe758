// A region's edge: its policy, its viewers of the live channel, and its viewers of the library. The
// order in which origins are asked is the real plan of attempts (core/origin/attempts.ts) on the
// real policy; what is shown of the live playlist passes the real shelf (core/cache/live-shelf.ts).
//
// Gaps against the real thing: a file is asked for and not kept; a request hedges after 400 ms; all
// viewers of a region are of one isolate, which is the hardest for "numbers never go back", since
// whatever it shows next they all have seen what was before.

import type { HeldPlaylist } from "../../../workers/core/cache/live-shelf.ts";
import type { PlaylistNews } from "../../../workers/core/contract/live.ts";
import type { Report } from "../../../workers/core/contract/report.ts";
import type { Have, VersionFacts } from "../../../workers/core/contract/version.ts";
import { toRegionChoice } from "../../../workers/core/health/region-choice.ts";
import { type Attempt, planAttempts, toFailureKey } from "../../../workers/core/origin/attempts.ts";
import type { Asset } from "../../../workers/core/resolve/asset.ts";
import type { VirtualClock } from "./clock.ts";
import type { CoordinatorHost } from "./coordinator-host.ts";
import type { PolicyReader } from "./gate-host.ts";
import { LocalClock, type Machines } from "./machines.ts";
import type { Network, Place } from "./network.ts";
import type { SimOrigin } from "./origin.ts";
import type { Plan } from "./plan.ts";
import { Tally } from "./tally.ts";

const NEXT_MS = 250;
const NEXT_TIMEOUT_MS = 1_500;
const LOOK_MS = 500;
const FILE_MS = 200;
const HEDGE_MS = 400;
const GIVE_UP_MS = 8_000;

/** What a viewer of the live channel was shown. */
export interface Shown {
  readonly atMs: number;
  readonly life: number;
  readonly facts: VersionFacts;
}

/** A viewer's file. */
export interface Fetched {
  readonly fromMs: number;
  readonly toMs: number;
  readonly isGood: boolean;
  /** Whom it was asked of, in order. */
  readonly asked: readonly string[];
}

export interface EdgeWires {
  readonly clock: VirtualClock;
  readonly plan: Plan;
  readonly network: Network;
  readonly machines: Machines;
  readonly origins: readonly SimOrigin[];
  readonly coordinator: CoordinatorHost;
  readonly reader: PolicyReader;
  readonly film: Asset;
  readonly report: (from: Place, reports: readonly Report[]) => void;
}

export class EdgeHost {
  readonly place: Place;
  readonly shown: Shown[] = [];
  readonly fetched: Fetched[] = [];
  readonly #wires: EdgeWires;
  readonly #local: LocalClock;
  readonly #tally: Tally;
  readonly #failures = new Map<string, number>();
  #held: HeldPlaylist | null = null;
  #life = 0;

  constructor(place: Place, wires: EdgeWires) {
    this.place = place;
    this.#wires = wires;
    const { clock, plan } = wires;
    this.#local = new LocalClock(clock, plan, place.name);
    this.#tally = new Tally(place.region, clock, (reports) => wires.report(place, reports));
    if (!plan.hasTraffic) return;
    clock.every(NEXT_MS, () => this.#ask());
    clock.every(LOOK_MS, () => this.#show());
    clock.every(FILE_MS, () => this.#serveFile());
  }

  /** A new isolate: it has nothing, and its viewers come with it. */
  restart(): void {
    this.#held = null;
    this.#failures.clear();
    this.#life += 1;
    this.#wires.reader.restart();
  }

  #ask(): void {
    const { network, coordinator, machines } = this.#wires;
    const version = this.#held?.version ?? null;
    const have: Have | null =
      version === null || this.#held?.isGap === true
        ? null
        : { generation: version.generation, seq: version.seq };
    const life = this.#life;
    const done = (answer: readonly PlaylistNews[] | null): void => {
      if (life !== this.#life) return;
      for (const news of answer ?? []) {
        this.#held = machines.applyNews(this.#held, news, this.#local.nowMs);
      }
    };
    const handle = () => coordinator.next(have);
    network.call(this.place, coordinator.place, NEXT_TIMEOUT_MS, handle, done);
  }

  #show(): void {
    const facts = this.#held?.version?.facts;
    if (facts == null) return;
    this.shown.push({ atMs: this.#wires.clock.nowMs, life: this.#life, facts });
  }

  #serveFile(): void {
    const { clock, film, reader } = this.#wires;
    const { known } = reader;
    const choice = known?.policy.channels.find(({ id }) => id === film.channel.id);
    if (known === null || choice === undefined) return;
    const { region } = this.place;
    const attempts = planAttempts(
      film,
      toRegionChoice(choice, region),
      known.index,
      this.#failures,
      this.#local.nowMs,
    );
    new FileFetch(this.#wires, this.place, attempts, this.#tally, {
      onFailure: (originId) => {
        this.#failures.set(toFailureKey(film.channel.id, originId), this.#local.nowMs);
      },
      onEnd: (isGood, asked, fromMs) => {
        this.fetched.push({ fromMs, toMs: clock.nowMs, isGood, asked });
      },
    }).begin();
  }
}

interface FileEvents {
  readonly onFailure: (originId: string) => void;
  readonly onEnd: (isGood: boolean, asked: readonly string[], fromMs: number) => void;
}

/** One file: the next origin when one fails or is late. */
class FileFetch {
  readonly #wires: EdgeWires;
  readonly #place: Place;
  readonly #attempts: readonly Attempt[];
  readonly #tally: Tally;
  readonly #events: FileEvents;
  readonly #asked: string[] = [];
  readonly #fromMs: number;
  #open = 0;
  #isOver = false;

  constructor(
    wires: EdgeWires,
    place: Place,
    attempts: readonly Attempt[],
    tally: Tally,
    events: FileEvents,
  ) {
    this.#wires = wires;
    this.#place = place;
    this.#attempts = attempts;
    this.#tally = tally;
    this.#events = events;
    this.#fromMs = wires.clock.nowMs;
  }

  begin(): void {
    this.#wires.clock.after(GIVE_UP_MS, () => this.#finish(false));
    this.#askNext();
  }

  #askNext(): void {
    const attempt = this.#attempts[this.#asked.length];
    if (this.#isOver || attempt === undefined) {
      if (this.#open === 0) this.#finish(false);
      return;
    }
    const { clock, origins } = this.#wires;
    const { id } = attempt.origin;
    this.#asked.push(id);
    this.#open += 1;
    const sentAtMs = clock.nowMs;
    let isSettled = false;
    const settle = (): boolean => {
      const wasOpen = !isSettled;
      isSettled = true;
      if (wasOpen) this.#open -= 1;
      return wasOpen;
    };
    origins
      .find((origin) => origin.id === id)
      ?.ask(this.#place, "file", (reply) => {
        if (!settle()) return;
        if (reply.kind === "failed") return this.#fail(id, reply.failure);
        this.#tally.answered(id, clock.nowMs - sentAtMs);
        this.#finish(true);
      });
    clock.after(HEDGE_MS, () => {
      if (isSettled || this.#isOver) return;
      this.#tally.late(id);
      this.#askNext();
    });
    clock.after(attempt.headerTimeoutMs, () => {
      if (settle() && !this.#isOver) this.#fail(id, "timeout");
    });
  }

  #fail(originId: string, failure: string): void {
    this.#tally.failed(originId, failure);
    this.#events.onFailure(originId);
    this.#askNext();
  }

  #finish(isGood: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.onEnd(isGood, this.#asked, this.#fromMs);
  }
}
