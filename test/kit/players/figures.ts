// Many verdicts as a few figures.

import type { Verdict } from "./player.ts";

export interface Figures {
  readonly count: number;
  /** Share of answers that were outdated when their last byte came, in percent of all answers. */
  readonly outdatedPercent: number;
  /** 99 % of all answers were at most this late, milliseconds. */
  readonly lateMsP99: number;
  readonly lateMsMax: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly failureCount: number;
  readonly regressions: Readonly<Record<string, number>>;
  readonly regressionCount: number;
  /** From publication to arrival of versions that were new to their player, milliseconds. */
  readonly arrivalMsP99: number;
  readonly tookMsP99: number;
}

export function toFigures(verdicts: readonly Verdict[]): Figures {
  const good = verdicts.filter(({ failure }) => failure === null);
  const late = good.map(({ lateMs }) => lateMs);
  const failures = toCounts(verdicts.map(({ failure }) => failure));
  const regressions = toCounts(verdicts.map(({ regression }) => regression));
  return {
    count: verdicts.length,
    outdatedPercent: (100 * late.filter((ms) => ms > 0).length) / Math.max(1, good.length),
    lateMsP99: toQuantile(late, 0.99),
    lateMsMax: late.reduce((max, ms) => Math.max(max, ms), 0),
    failures,
    failureCount: toSum(failures),
    regressions,
    regressionCount: toSum(regressions),
    arrivalMsP99: toQuantile(
      verdicts.flatMap(({ fromPublicationMs: ms }) => (ms === null ? [] : [ms])),
      0.99,
    ),
    tookMsP99: toQuantile(
      verdicts.map(({ tookMs }) => tookMs),
      0.99,
    ),
  };
}

/** The smallest value that at least this share of them does not exceed; NaN of nothing. */
export function toQuantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function toCounts(words: readonly (string | null)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) if (word !== null) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function toSum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
