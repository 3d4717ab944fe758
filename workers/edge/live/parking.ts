// Where requests wait for news in one isolate. Each waits on a promise and a timer of its own,
// never on another request's work: whoever brings news only wakes the others, and somebody whose
// waker was cut off wakes by the timer. A viewer who leaves is let go at once.

export class Parking {
  readonly #parked = new Set<() => void>();

  get count(): number {
    return this.#parked.size;
  }

  /** Waits for a wake, for `waitMs`, or until the viewer leaves. */
  async wait(waitMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#parked.add(resolve);
    const timer = setTimeout(resolve, waitMs);
    signal?.addEventListener("abort", () => resolve(), { once: true });
    try {
      await promise;
    } finally {
      this.#parked.delete(resolve);
      clearTimeout(timer);
    }
  }

  /** Lets everybody look again. */
  wake(): void {
    for (const resolve of [...this.#parked]) resolve();
  }
}
