// Calls that wait for news, at most one per asker: a new call of the same asker ends the old one.
// Every wait has a timer of its own; nobody waits for a promise alone.

export interface Waiters {
  enter(asker: string): Waiter;
  /** Lets every waiting call look again. */
  wake(): void;
  readonly count: number;
}

export interface Waiter {
  /** Waits for news, for a newer call of the same asker, or for `waitMs`. */
  wait(waitMs: number): Promise<void>;
  /** Whether a newer call has taken this one's place. */
  isReplaced(): boolean;
  leave(): void;
}

/** Makes an empty set. */
export function makeWaiters(): Waiters {
  const current = new Map<string, symbol>();
  const parked = new Set<() => void>();
  const wake = () => {
    for (const resolve of [...parked]) resolve();
  };
  return {
    enter(asker) {
      const mark = Symbol(asker);
      if (current.has(asker)) wake();
      current.set(asker, mark);
      return {
        isReplaced: () => current.get(asker) !== mark,
        leave() {
          if (current.get(asker) === mark) current.delete(asker);
        },
        async wait(waitMs) {
          const { promise, resolve } = Promise.withResolvers<void>();
          parked.add(resolve);
          const timer = setTimeout(resolve, waitMs);
          try {
            await promise;
          } finally {
            parked.delete(resolve);
            clearTimeout(timer);
          }
        },
      };
    },
    wake,
    get count() {
      return current.size;
    },
  };
}
