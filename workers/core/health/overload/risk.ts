// One figure for "how likely is it that this goes wrong soon", 0 to 100: 0.3 latency + 0.4 surge +
// 0.3 load (design section 6). For the console and an alarm above 85. A figure to look at, and
// nothing is done by it: what is done has rules of its own.

export const RISK_ALARM = 85;

export interface RiskInput {
  readonly p99Ms: number;
  /** p99 of the last seven days; 0 or less: not known. */
  readonly usualP99Ms: number;
  /** Deviations above the baseline; see surge.ts. */
  readonly surge: number;
  /** See load.ts. */
  readonly load: number;
}

export interface Risk {
  readonly risk: number;
  readonly latency: number;
  readonly surge: number;
  readonly load: number;
  readonly isAlarm: boolean;
}

/** Decides the risk, with its parts, each 0 to 100. */
export function decideRisk({ p99Ms, usualP99Ms, surge, load }: RiskInput): Risk {
  const parts = {
    latency: usualP99Ms > 0 ? toPercent(100 * (p99Ms / usualP99Ms - 1)) : 0,
    surge: toPercent((100 * surge) / 6),
    load: toPercent(load),
  };
  const risk = 0.3 * parts.latency + 0.4 * parts.surge + 0.3 * parts.load;
  return { risk, ...parts, isAlarm: risk > RISK_ALARM };
}

function toPercent(value: number): number {
  return Math.min(100, Math.max(0, value));
}
