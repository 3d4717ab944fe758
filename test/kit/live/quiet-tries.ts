// Repeats a measured run while the machine stands still. If it never becomes quiet, the calmest run
// is taken and everybody is told: its figures are the machine's as much as ours.

import type { Stall } from "./lag-meter.ts";

export interface Tried<T> {
  readonly value: T;
  /** Why the figures do not count, or null. */
  readonly stall: Stall | null;
}

const TRIES_MAX = 3;

/** The first run that counts, or the calmest of all; `run` is told which try it is, from 1. */
export async function tryUntilQuiet<T>(
  name: string,
  run: (tries: number) => Promise<Tried<T>>,
  triesMax = TRIES_MAX,
): Promise<Tried<T>> {
  let calmest: Tried<T> | null = null;
  for (let tries = 1; tries <= triesMax; tries += 1) {
    const tried = await run(tries);
    if (tried.stall === null) return tried;
    console.error(`weir ${name}: these figures do not count: ${tried.stall.words}.`);
    const isCalmer = tried.stall.share < (calmest?.stall?.share ?? Number.POSITIVE_INFINITY);
    if (isCalmer) calmest = tried;
  }
  if (calmest === null) throw new Error("A run needs at least one try.");
  return calmest;
}

/** Added to the names of rows whose figures do not count. */
export const BUSY = " (busy machine)";
