// A contest with a stack of its own, played again while the machine stands still; what the live
// bench and the low-latency bench have in common.

import { readSteadyMs } from "../kit/live/clock.ts";
import { tryUntilQuiet } from "../kit/live/quiet-tries.ts";
import type { StationOptions } from "../kit/live/station.ts";
import type { RunLength } from "./live-run.ts";
import { type Contestant, type Outcome, printOutcomes, type Rig, runContest } from "./live-run.ts";
import { type LiveStackOptions, startLiveStack } from "./live-stack.ts";

/** The schedule begins this long before the first player, so that windows are full. */
const PAST_MS = 60_000;
const SEGMENT_MS = 2_000;

/** An origin that must be polled, with one rendition of 2 s segments; a seed is a rhythm. */
export function toPolledStation(seed: number, msnOffset: number): StationOptions {
  const startMs = readSteadyMs() - PAST_MS;
  return {
    name: "polling",
    letter: "a",
    schedule: { seed, startMs, segmentMs: SEGMENT_MS, jitterShare: 0.2, boundMs: null },
    delayMs: 0,
    msnOffset,
    epochMs: Date.now() - PAST_MS - SEGMENT_MS,
    windowCount: 20,
    dates: "each",
    renditions: ["v0"],
    blocking: false,
    latencyMs: { there: 40, back: 0 },
    cacheControl: "max-age=1",
  };
}

export interface Contest {
  readonly title: string;
  readonly stack: LiveStackOptions;
  readonly contestants: readonly Contestant[];
  readonly length: RunLength;
  /** Never played twice, for development. */
  readonly isNoisy: boolean;
  /** Sees the outcomes of every try. */
  readonly note: (outcomes: readonly Outcome[]) => void;
}

/** Contestants without addresses stand in front of the stack's own edges. */
export async function runQuietContest(rig: Rig, contest: Contest): Promise<readonly Outcome[]> {
  const run = async () => {
    const stack = await startLiveStack(contest.stack);
    const placed = contest.contestants.map((one) =>
      one.edgeUrls.length === 0 ? { ...one, edgeUrls: stack.edgeUrls } : one,
    );
    const tried = await runContest(rig, placed, contest.length).finally(() => stack.stop());
    console.error(`\n${contest.title}\n${printOutcomes(tried.value)}`);
    contest.note(tried.value);
    return tried;
  };
  const { value, stall } = await tryUntilQuiet("bench", run, contest.isNoisy ? 1 : undefined);
  return value.map((outcome) => ({ ...outcome, busy: stall !== null }));
}
