// Whether this process could be believed: a timer of 10 ms that notes how late it came. A bench of
// freshness on a machine that is busy with something else measures the machine; the run is then
// to be thrown away, not explained.

import { readSteadyMs } from "./clock.ts";

const TICK_MS = 10;
/** Less than this is the timer's own grain. */
const STALL_MS_MIN = 15;

export interface LagReport {
  /** The longest stall. */
  readonly worstMs: number;
  /** All stalls together, as a share of the time. */
  readonly share: number;
}

export interface LagMeter {
  readonly report: (fromMs: number, toMs: number) => LagReport;
  readonly stop: () => void;
}

/** Starts a meter in this process. */
export function startLagMeter(): LagMeter {
  const stalls: { readonly atMs: number; readonly lastedMs: number }[] = [];
  let dueMs = readSteadyMs() + TICK_MS;
  const timer = setInterval(() => {
    const nowMs = readSteadyMs();
    if (nowMs - dueMs >= STALL_MS_MIN) stalls.push({ atMs: nowMs, lastedMs: nowMs - dueMs });
    dueMs = nowMs + TICK_MS;
  }, TICK_MS);
  timer.unref();
  return {
    report(fromMs, toMs) {
      const within = stalls.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
      const sumMs = within.reduce((sum, { lastedMs }) => sum + lastedMs, 0);
      return {
        worstMs: Math.max(0, ...within.map(({ lastedMs }) => lastedMs)),
        share: sumMs / Math.max(1, toMs - fromMs),
      };
    },
    stop: () => clearInterval(timer),
  };
}

/** A run counts only if no process stood still for longer than this ... */
const WORST_MS_MAX = 200;
/** ... nor for more than this share of the time. */
const SHARE_MAX = 0.01;

/** What disqualifies a run. */
export interface Stall {
  readonly words: string;
  /** The worst process's share of the time. */
  readonly share: number;
}

/** Null for a run that counts; `reports` by the name of the process. */
export function findStall(reports: Readonly<Record<string, LagReport>>): Stall | null {
  const entries = Object.entries(reports);
  const share = Math.max(0, ...entries.map(([, report]) => report.share));
  for (const [name, report] of entries) {
    if (report.worstMs > WORST_MS_MAX) {
      return { words: `${name} stood still for ${Math.round(report.worstMs)} ms`, share };
    }
    if (report.share > SHARE_MAX) {
      const percent = (report.share * 100).toFixed(1);
      return { words: `${name} stood still for ${percent} % of the time`, share };
    }
  }
  return null;
}
