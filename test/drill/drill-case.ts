// One case of the drill: a channel with two origins and a crowd before it; the first origin fails
// in one way for six seconds and comes back. What every single viewer saw is judged:
//
//   failed     an answer that is no playlist: an error, a page, a cut body, nothing in ten seconds
//   went back  numbers that sink, or a number that names another segment than before
//   stale      how long the next version should have been out when the answer came, by the
//              schedule of the origin whose segment is the newest in it. An origin in trouble is
//              measured by what it would have published: its viewers expected just that.
//
// Failures and regressions count from the end of the warm-up to the end of the case, staleness
// while the origin fails.

import { readSteadyMs, sleepMs } from "../kit/live/clock.ts";
import type { Fault } from "../kit/live/origin-fault.ts";
import type { LiveOrigins } from "../kit/live/origins.ts";
import type { ScheduleOptions } from "../kit/live/schedule.ts";
import type { StationOptions } from "../kit/live/station.ts";
import { type Figures, toFigures } from "../kit/players/figures.ts";
import type { Players } from "../kit/players/players.ts";

export const ALIGNMENTS = ["aligned", "unaligned"] as const;
export type Alignment = (typeof ALIGNMENTS)[number];

export interface DrillCase {
  readonly alignment: Alignment;
  /** The origin that fails, and the one that takes over. */
  readonly first: StationOptions;
  readonly second: StationOptions;
}

export interface DrillTimes {
  readonly warmMs: number;
  readonly faultMs: number;
  readonly afterMs: number;
}

export interface DrillOutcome {
  readonly alignment: Alignment;
  /** While the origin failed. */
  readonly during: Figures;
  /** From the end of the warm-up to the end. */
  readonly whole: Figures;
  /** Answers during the fault by the station whose segment was the newest. */
  readonly sources: Readonly<Record<string, number>>;
}

const SEGMENT_MS = 2_000;
const JITTER_SHARE = 0.2;
/** Two packagers of one programme stay this close to it. */
const BOUND_MS = 600;
/** How much later a replica publishes, and where an independent packager cuts. */
const REPLICA_DELAY_MS = 30;
const SHIFT_MS = 700;
const PAST_MS = 60_000;

/** Stations for one case; `name` makes them unique. */
export function makeCase(name: string, alignment: Alignment, seed: number, blocking: boolean) {
  const startMs = readSteadyMs() - PAST_MS;
  const schedule: ScheduleOptions = {
    seed,
    startMs,
    segmentMs: SEGMENT_MS,
    jitterShare: JITTER_SHARE,
    boundMs: BOUND_MS,
  };
  const first: StationOptions = {
    name: `${name}-first`,
    letter: "a",
    schedule,
    delayMs: 0,
    msnOffset: 48_000,
    epochMs: Date.now() - PAST_MS - SEGMENT_MS,
    windowCount: 10,
    dates: "each",
    renditions: ["v0", "v1"],
    blocking,
    latencyMs: { there: 40, back: 0 },
    cacheControl: "max-age=1",
  };
  const replica = { ...first, name: `${name}-second`, delayMs: REPLICA_DELAY_MS };
  const stranger: StationOptions = {
    ...first,
    name: `${name}-second`,
    letter: "b",
    schedule: { ...schedule, seed: seed + 500, startMs: startMs + SHIFT_MS },
    // Lower than the first's: numbers that are passed on as they are would go back.
    msnOffset: 12_000,
    epochMs: first.epochMs + SHIFT_MS,
  };
  return { alignment, first, second: alignment === "aligned" ? replica : stranger };
}

/** Plays all cases at once before one edge; their channels are named after the first stations. */
export async function playCases(
  rig: { readonly origins: LiveOrigins; readonly players: Players },
  cases: readonly DrillCase[],
  fault: Fault,
  edgeUrls: readonly string[],
  playerCount: number,
  { warmMs, faultMs, afterMs }: DrillTimes,
): Promise<readonly DrillOutcome[]> {
  for (const [index, { first, second }] of cases.entries()) {
    await rig.players.start({
      name: first.name,
      count: playerCount,
      seed: index + 1,
      edgeUrls,
      playlists: first.renditions.map((rendition) => `/${first.name}/${rendition}/index.m3u8`),
      schedules: { [second.letter]: second.schedule, [first.letter]: first.schedule },
      spreadMs: SEGMENT_MS,
      rhythm: "mixed",
    });
  }
  await sleepMs(warmMs);
  const fromMs = readSteadyMs();
  for (const { first } of cases) await rig.origins.setFault(first.name, fault);
  await sleepMs(faultMs);
  const toMs = readSteadyMs();
  for (const { first } of cases) await rig.origins.setFault(first.name, null);
  await sleepMs(afterMs);
  const outcomes: DrillOutcome[] = [];
  for (const { alignment, first } of cases) {
    const verdicts = await rig.players.verdicts(first.name, fromMs, readSteadyMs());
    await rig.players.stopCrowd(first.name);
    const during = verdicts.filter(({ atMs }) => atMs <= toMs);
    const sources: Record<string, number> = {};
    for (const { letter } of during) {
      if (letter !== null) sources[letter] = (sources[letter] ?? 0) + 1;
    }
    outcomes.push({ alignment, during: toFigures(during), whole: toFigures(verdicts), sources });
  }
  return outcomes;
}
