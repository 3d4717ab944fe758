// What lies behind the figures of a run, for whoever wants to improve them: the versions that
// reached their viewers latest, with the moments at which the origin was asked, and every failure.

import type { OriginRead } from "../kit/live/origin-server.ts";
import { makeSchedule, type Schedule } from "../kit/live/schedule.ts";
import type { StationOptions } from "../kit/live/station.ts";
import { toQuantile } from "../kit/players/figures.ts";
import type { Verdict } from "../kit/players/player.ts";

const WORST_COUNT = 6;
const FAILURE_COUNT = 5;

export function printDetail(
  station: StationOptions,
  verdicts: readonly Verdict[],
  reads: readonly OriginRead[],
): string {
  const schedule = makeSchedule(station.schedule);
  const latest = toLatest(schedule, verdicts);
  const worst = [...latest].toSorted(([, a], [, b]) => b - a).slice(0, WORST_COUNT);
  const lines = worst.map(([index, lateMs]) => {
    const publishMs = schedule.publishMs(index);
    const asked = reads
      .filter(({ atMs }) => atMs > publishMs - 1_000 && atMs < publishMs + 1_000)
      .map((read) => printRead(read, publishMs));
    return `  ${index}: last outdated answer at +${Math.round(lateMs)} ms, asked ${asked.join(" ")}`;
  });
  const failed = verdicts.filter(({ failure }) => failure !== null);
  const failures = failed
    .slice(0, FAILURE_COUNT)
    .map(({ atMs, tookMs, failure, playlist, edge }) => {
      const sinceMs = Math.round(atMs - schedule.publishMs(schedule.newest(atMs)));
      const place = `${playlist} at edge ${edge + 1}`;
      return `  ${failure} after ${Math.round(tookMs)} ms, ${place}, ${sinceMs} ms past publication`;
    });
  const edges = [...new Set(verdicts.map(({ edge }) => edge))].toSorted().map((edge) => {
    const ways = [
      ...toLatest(
        schedule,
        verdicts.filter((one) => one.edge === edge),
      ).values(),
    ];
    const [half, most] = [toQuantile(ways, 0.5), toQuantile(ways, 0.9)].map(Math.round);
    return `  edge ${edge + 1}: half of the versions within ${half} ms, nine of ten within ${most} ms`;
  });
  return [...edges, ...lines, ...failures].join("\n");
}

/** By version, how long after its publication the last outdated answer came. */
function toLatest(schedule: Schedule, verdicts: readonly Verdict[]): Map<number, number> {
  const latest = new Map<number, number>();
  for (const { atMs, lateMs } of verdicts) {
    const index = schedule.newest(atMs);
    latest.set(index, Math.max(latest.get(index) ?? 0, lateMs));
  }
  return latest;
}

/** Relative to the publication; b: blocking, c: conditional, p: probe. */
function printRead(read: OriginRead, publishMs: number): string {
  const kind = read.isProbe ? "p" : read.isBlocking ? "b" : read.isConditional ? "c" : "";
  const relativeMs = Math.round(read.atMs - publishMs);
  return `${relativeMs >= 0 ? "+" : ""}${relativeMs}${kind}`;
}
