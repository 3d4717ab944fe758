// One case of the drill: a channel with two origins and a crowd before it; the origin that feeds
// it fails in one way for six seconds and comes back. What every single viewer saw is judged:
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
import type { LiveOrigins } from "../kit/live/origins.ts";
import type { ScheduleOptions } from "../kit/live/schedule.ts";
import type { StationOptions } from "../kit/live/station.ts";
import { type Figures, toFigures } from "../kit/players/figures.ts";
import type { Players } from "../kit/players/players.ts";

/**
 *   aligned    a replica: equal names, numbers and bytes, published a moment later
 *   unaligned  the same cuts under other numbers and other names
 *   shifted    unaligned, and it cuts and publishes 0.7 s later than the other
 */
export const ALIGNMENTS = ["aligned", "unaligned", "shifted"] as const;
export type Alignment = (typeof ALIGNMENTS)[number];
/** What is behind cannot be shown earlier: the lag of a shifted origin counts for nothing. */
export const LAG_MS: Readonly<Record<Alignment, number>> = {
  aligned: 0,
  unaligned: 0,
  shifted: 700,
};

export interface DrillCase {
  readonly alignment: Alignment;
  /** In the catalog's order; the one that feeds the channel is the one that fails. */
  readonly first: StationOptions;
  readonly second: StationOptions;
}

/** What goes wrong, and how it ends. */
export interface Strike {
  readonly begin: (victim: StationOptions, channel: string) => Promise<unknown>;
  readonly end: (victim: StationOptions, channel: string) => Promise<unknown>;
}

export interface DrillTimes {
  readonly warmMs: number;
  readonly faultMs: number;
  readonly afterMs: number;
}

export interface DrillOutcome {
  readonly alignment: Alignment;
  /** The origin that failed. */
  readonly victim: string;
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
/** How much later the second origin publishes the same. */
const REPLICA_DELAY_MS = 30;
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
  if (alignment === "aligned") return { alignment, first, second: replica };
  const shiftMs = LAG_MS[alignment];
  const second: StationOptions = {
    ...replica,
    letter: "b",
    schedule: { ...schedule, startMs: startMs + shiftMs },
    // Lower than the first's: numbers that are passed on as they are would go back.
    msnOffset: 12_000,
    epochMs: first.epochMs + shiftMs,
  };
  return { alignment, first, second };
}

/** Plays all cases at once before the edges; their channels are named after the first stations. */
export async function playCases(
  rig: { readonly origins: LiveOrigins; readonly players: Players },
  cases: readonly DrillCase[],
  strike: Strike,
  crowd: { readonly edgeUrls: readonly string[]; readonly playerCount: number },
  { warmMs, faultMs, afterMs }: DrillTimes,
): Promise<readonly DrillOutcome[]> {
  for (const [index, { first, second }] of cases.entries()) {
    await rig.players.start({
      name: first.name,
      count: crowd.playerCount,
      seed: index + 1,
      edgeUrls: crowd.edgeUrls,
      playlists: first.renditions.map((rendition) => `/${first.name}/${rendition}/index.m3u8`),
      schedules: { [second.letter]: second.schedule, [first.letter]: first.schedule },
      spreadMs: SEGMENT_MS,
      rhythm: "mixed",
    });
  }
  await sleepMs(warmMs);
  const victims = await Promise.all(cases.map((one) => findFeeding(crowd.edgeUrls[0] ?? "", one)));
  const fromMs = readSteadyMs();
  const each = (act: Strike["begin"]) =>
    Promise.all(victims.map((victim, index) => act(victim, cases[index]?.first.name ?? "")));
  await each(strike.begin);
  await sleepMs(faultMs);
  const toMs = readSteadyMs();
  await each(strike.end);
  await sleepMs(afterMs);
  const outcomes: DrillOutcome[] = [];
  for (const [index, { alignment, first }] of cases.entries()) {
    const verdicts = await rig.players.verdicts(first.name, fromMs, readSteadyMs());
    await rig.players.stopCrowd(first.name);
    const during = verdicts.filter(({ atMs }) => atMs <= toMs);
    const sources: Record<string, number> = {};
    for (const { letter } of during) {
      if (letter !== null) sources[letter] = (sources[letter] ?? 0) + 1;
    }
    const victim = victims[index]?.name ?? "";
    const figures = { during: toFigures(during), whole: toFigures(verdicts) };
    outcomes.push({ alignment, victim, sources, ...figures });
  }
  return outcomes;
}

/** Which of the two the channel is fed from, as the edge says it: only its failure is a test. */
async function findFeeding(edgeUrl: string, { first, second }: DrillCase) {
  const url = `${edgeUrl}/${first.name}/${first.renditions[0]}/index.m3u8`;
  const response = await fetch(url);
  await response.text();
  const timing = response.headers.get("server-timing") ?? "";
  const id = /origin;desc="([^"]+)"/.exec(timing)?.[1];
  const feeding = [first, second].find(({ name }) => name === id);
  if (feeding === undefined)
    throw new Error(`${url} does not say which origin feeds it: ${timing}`);
  return feeding;
}
