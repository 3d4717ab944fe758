// One measured run of the live bench: several caches in front of one origin, the same crowd before
// each of them, the same publications, the same seconds. What comes out is one line of figures per
// cache, or the reason why the machine was too busy for any.

import { readSteadyMs, sleepUntil } from "../kit/live/clock.ts";
import { findStall, type LagMeter } from "../kit/live/lag-meter.ts";
import type { OriginRead } from "../kit/live/origin-server.ts";
import type { LiveOrigins } from "../kit/live/origins.ts";
import type { Tried } from "../kit/live/quiet-tries.ts";
import { makeSchedule } from "../kit/live/schedule.ts";
import type { StationOptions } from "../kit/live/station.ts";
import { type Figures, toFigures } from "../kit/players/figures.ts";
import type { Rhythm, Verdict } from "../kit/players/player.ts";
import type { Players } from "../kit/players/players.ts";

/** A cache under test. */
export interface Contestant {
  readonly name: string;
  /** First part of its path at the origin, under which its requests are counted. */
  readonly reader: string;
  readonly edgeUrls: readonly string[];
  readonly playlists: readonly string[];
  readonly station: StationOptions;
  readonly playerCount: number;
  readonly rhythm: Rhythm;
}

export interface Outcome extends Figures {
  readonly name: string;
  /** Whether the machine stood still meanwhile, so that the figures do not count. */
  readonly busy: boolean;
  /** Requests for one playlist that reached the origin, per version that it published. */
  readonly requestsPerVersion: number;
  /** The same at the playlist that caused the most. */
  readonly requestsPerVersionMax: number;
  /** Probes of the health watch, which are not counted above. */
  readonly probesPerVersion: number;
  readonly verdicts: readonly Verdict[];
  readonly reads: readonly OriginRead[];
}

export interface Rig {
  readonly origins: LiveOrigins;
  readonly players: Players;
  /** The bench's own process, which does nothing meanwhile: the machine's pulse. */
  readonly lag: LagMeter;
}

export interface RunLength {
  /** Time for caches and players to settle, not judged. */
  readonly warmMs: number;
  readonly measuredMs: number;
}

/** Where between two publications the window of a run begins and ends: nobody polls there. */
const QUIET_SHARE = 0.5;

export async function runContest(
  rig: Rig,
  contestants: readonly Contestant[],
  { warmMs, measuredMs }: RunLength,
): Promise<Tried<readonly Outcome[]>> {
  const startedMs = readSteadyMs();
  for (const [index, contestant] of contestants.entries()) {
    await rig.players.start({
      name: contestant.name,
      count: contestant.playerCount,
      seed: index + 1,
      edgeUrls: contestant.edgeUrls,
      playlists: contestant.playlists,
      schedules: { [contestant.station.letter]: contestant.station.schedule },
      spreadMs: 2 * contestant.station.schedule.segmentMs,
      rhythm: contestant.rhythm,
    });
  }
  const windows = contestants.map(({ station }) =>
    toWindow(station, startedMs + warmMs, measuredMs),
  );
  const fromMs = Math.min(...windows.map((window) => window.fromMs));
  const toMs = Math.max(...windows.map((window) => window.toMs));
  await sleepUntil(toMs + 100);
  const outcomes: Outcome[] = [];
  for (const [index, contestant] of contestants.entries()) {
    const window = windows[index];
    if (window !== undefined) outcomes.push(await toOutcome(rig, contestant, window));
    await rig.players.stopCrowd(contestant.name);
  }
  const stall = findStall({
    "the machine": rig.lag.report(fromMs, toMs),
    "the origins": await rig.origins.lag(fromMs, toMs),
    "the players": await rig.players.lag(fromMs, toMs),
  });
  return { value: outcomes, stall };
}

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly versionCount: number;
}

function toWindow(station: StationOptions, fromMs: number, measuredMs: number): Window {
  const schedule = makeSchedule(station.schedule);
  const { segmentMs } = station.schedule;
  const first = schedule.newest(fromMs) + 1;
  const versionCount = Math.max(1, Math.round(measuredMs / segmentMs));
  const quietMs = segmentMs * QUIET_SHARE;
  return {
    fromMs: schedule.publishMs(first) + quietMs,
    toMs: schedule.publishMs(first + versionCount) + quietMs,
    versionCount,
  };
}

async function toOutcome(rig: Rig, contestant: Contestant, window: Window): Promise<Outcome> {
  const { name, station, reader } = contestant;
  const { fromMs, toMs, versionCount } = window;
  const verdicts = await rig.players.verdicts(name, fromMs, toMs);
  const all = await rig.origins.reads(station.name, fromMs, toMs);
  const mine = all.filter((read) => read.reader === reader);
  const reads = mine.filter(({ isProbe }) => !isProbe);
  const counts = station.renditions.map(
    (rendition) => reads.filter((read) => read.rendition === rendition).length,
  );
  const watched = Math.max(1, contestant.playlists.length);
  return {
    ...toFigures(verdicts),
    name,
    busy: false,
    requestsPerVersion: reads.length / versionCount / watched,
    requestsPerVersionMax: Math.max(...counts) / versionCount,
    probesPerVersion: (mine.length - reads.length) / versionCount,
    verdicts,
    reads: mine,
  };
}

const COLUMNS = ["outdated", "p99 late", "worst", "req/version", "failed", "back", "answers"];

/** All figures of a run, for people. */
export function printOutcomes(outcomes: readonly Outcome[]): string {
  const table = outcomes.map((outcome) => [
    outcome.name,
    `${outcome.outdatedPercent.toFixed(1)} %`,
    `${Math.round(outcome.lateMsP99)} ms`,
    `${Math.round(outcome.lateMsMax)} ms`,
    outcome.requestsPerVersion.toFixed(2),
    String(outcome.failureCount),
    String(outcome.regressionCount),
    String(outcome.count),
  ]);
  const rows = [["", ...COLUMNS], ...table];
  const lines = rows.map((row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(34) : cell.padStart(12))).join(""),
  );
  return `${lines.join("\n")}\n`;
}
