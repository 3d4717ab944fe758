// What is known of preload events that have ended, so that not every scrape of /metrics asks each
// of them: an object that is asked stays awake, and is paid for. Held by an isolate, for five
// minutes, and for as long as the list of events says the same state. An event that will look again
// by itself is not held: what it finds should be seen at once.

import type { EventLine, EventProgress } from "../core/contract/events.ts";

const KEPT_MS = 300_000;

export interface EventReading {
  readonly progress: EventProgress;
  /** When the event said so. */
  readonly atMs: number;
}

export class EndedEvents {
  #held: ReadonlyMap<string, EventReading> = new Map();

  /** What the event said, if it would say the same now; else null. */
  find({ id, state }: EventLine, nowMs: number): EventReading | null {
    const held = this.#held.get(id);
    if (held === undefined || held.progress.state !== state) return null;
    return nowMs - held.atMs < KEPT_MS ? held : null;
  }

  /** Takes everything that is known now, and forgets the rest. */
  keep(readings: readonly EventReading[]): void {
    const ended = readings.filter(({ progress }) => {
      return progress.finishedAtMs !== null && progress.nextAtMs === null;
    });
    this.#held = new Map(ended.map((reading) => [reading.progress.id, reading]));
  }
}
