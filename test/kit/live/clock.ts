// One clock for all processes of a bench: the machine's monotonic clock, in milliseconds. The
// origin, the players and whoever judges them run in processes of their own, and "late by 4 ms"
// only means something if they agree about now. No wall clock does: it may be set meanwhile.

const NANOSECONDS_PER_MS = 1e6;

/** Milliseconds since some moment that is the same for every process of this machine. */
export function readSteadyMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / NANOSECONDS_PER_MS;
}

export function sleepMs(waitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waitMs));
}

export function sleepUntil(untilMs: number): Promise<void> {
  return sleepMs(Math.max(0, untilMs - readSteadyMs()));
}
