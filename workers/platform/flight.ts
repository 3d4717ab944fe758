// One fill per key and isolate: the first asker leads, the others wait for the same result.
//
// On Workers a promise belongs to the request that made it. If that request ends first, the
// promise may never settle, and whoever awaits it hangs. Three rules keep us safe: the leader
// hands its work to waitUntil; a follower waits only for a bounded time, on a timer of its own;
// and a follower whose wait ran out takes over and becomes the leader.
//
//   leader                              follower
//   1 run(key) registers its promise
//   2 waitUntil(promise)                3 finds the promise, races it with a timer
//   4 viewer leaves, work goes on       5 gets the result
//   4' cut off after 30 s               5' timer fires: removes the entry, leads itself

export interface Flights<T> {
  /**
   * The result of the fill under way for `key`, or of `fill` if there is none.
   * `joined` tells whether the caller waited for somebody else's fill.
   */
  run(
    key: string,
    waitUntil: (work: Promise<unknown>) => void,
    fill: () => Promise<T>,
  ): Promise<{ readonly value: T; readonly joined: boolean }>;
  /** Fills under way. */
  readonly count: number;
}

/** Longest time a follower trusts a leader: above the longest wait for one origin's headers. */
const FOLLOW_MS_MAX = 11_000;

/** Makes an empty set of flights. One per kind of value and isolate. */
export function makeFlights<T>(followMsMax: number = FOLLOW_MS_MAX): Flights<T> {
  const flights = new Map<string, Promise<T>>();

  const lead = async (
    key: string,
    waitUntil: (work: Promise<unknown>) => void,
    fill: () => Promise<T>,
  ): Promise<T> => {
    const work = fill();
    flights.set(key, work);
    const done = work.then(
      () => undefined,
      () => undefined,
    );
    waitUntil(
      done.then(() => {
        if (flights.get(key) === work) flights.delete(key);
      }),
    );
    return work;
  };

  return {
    get count() {
      return flights.size;
    },
    async run(key, waitUntil, fill) {
      // A follower whose wait ran out joins whoever took over before it, or takes over itself: of
      // many followers of a lost leader exactly one asks again.
      for (;;) {
        const under = flights.get(key);
        if (under === undefined) return { value: await lead(key, waitUntil, fill), joined: false };
        const followed = await follow(under, followMsMax);
        if (followed.kind === "settled") return { value: followed.value, joined: true };
        if (flights.get(key) === under) flights.delete(key);
      }
    },
  };
}

type Followed<T> = { readonly kind: "settled"; readonly value: T } | { readonly kind: "gave-up" };

async function follow<T>(work: Promise<T>, waitMs: number): Promise<Followed<T>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<Followed<T>>((resolve) => {
    timer = setTimeout(() => resolve({ kind: "gave-up" }), waitMs);
  });
  const settled = work.then((value): Followed<T> => ({ kind: "settled", value }));
  try {
    return await Promise.race([settled, timeout]);
  } finally {
    if (timer !== undefined) clearTimeout(timer);
  }
}
