// The only place where workers read the time. Workers' clock stands still during CPU work and
// moves at I/O, so one reading per step of the way is exact enough.

/** Unix milliseconds. */
export function readClockMs(): number {
  return Date.now();
}

/** Waits; only for use inside a request, a queue batch or an alarm run. */
export function sleep(waitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waitMs));
}

/** What `work` gives, or "late" after `waitMs`; the timer belongs to the request that waits. */
export async function within<T>(work: Promise<T>, waitMs: number): Promise<T | "late"> {
  const timer = Promise.withResolvers<"late">();
  const handle = setTimeout(() => timer.resolve("late"), waitMs);
  try {
    return await Promise.race([work, timer.promise]);
  } finally {
    clearTimeout(handle);
  }
}
