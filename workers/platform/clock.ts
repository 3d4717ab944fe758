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
