// The connections that an object may keep to origins, by channel: whoever asks holds a slot while
// it reads, and the others stand in line. Calls of several batches share them, so that the next
// batch begins where the one before it has no more files, and never above the number. The oldest
// call goes first: a batch that is finished is proven, three that are half done are nothing.
//
// Lives in one Durable Object: its calls may wait for each other, which requests of a worker may
// not (ADR 0006). A call that ends in any way gives its slot back.

interface Waiting {
  readonly turn: number;
  readonly go: () => void;
}

interface Line {
  taken: number;
  readonly waiting: Waiting[];
}

export class ConnectionSlots {
  /** By name; an object's channels are few. */
  readonly #lines = new Map<string, Line>();

  /** Does the work when fewer than `slotsMax` of the same name are being done; low turns first. */
  async hold<T>(name: string, slotsMax: number, turn: number, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(name) ?? { taken: 0, waiting: [] };
    this.#lines.set(name, line);
    // Who is woken looks again: a call with fewer slots may have been let in meanwhile.
    while (line.taken >= slotsMax) {
      await new Promise<void>((go) => line.waiting.push({ turn, go }));
    }
    line.taken += 1;
    try {
      return await work();
    } finally {
      line.taken -= 1;
      takeFirst(line.waiting)?.go();
    }
  }
}

/** The lowest turn, of equals the one that has waited longest. */
function takeFirst(waiting: Waiting[]): Waiting | undefined {
  let first = 0;
  for (const [index, { turn }] of waiting.entries()) {
    if (turn < (waiting[first]?.turn ?? turn)) first = index;
  }
  return waiting.splice(first, 1)[0];
}
