// How soon an origin that is down, or stands still, is known to be: the bounds of the design, in
// virtual time. With traffic two seconds, by probes alone three and a half; frozen within one and a
// half target durations and one probe. Where messages are lost and held back, a second more or two.

import type { Fault } from "./judge.ts";
import type { OriginFault, Scenario, Trouble } from "./plan.ts";
import type { History } from "./record.ts";

const TRAFFIC_MS = 2_000;
const PROBES_MS = 3_500;
/** Traffic is what asks this soon after the fault. */
const TRAFFIC_WITHIN_MS = 400;
const PROBE_MS = 2_000;
/** Ways there and back, and the queue of one look. */
const FREEZE_SLOP_MS = 600;
/** A message held back, and the look after a lost one. */
const NOISE_MS = 2_000;

const HARD: Partial<Record<Scenario, number>> = {
  refused: TRAFFIC_MS,
  "server-errors": TRAFFIC_MS,
  hang: TRAFFIC_MS,
  "refused-quiet": PROBES_MS,
  "hang-quiet": PROBES_MS,
};

/** How long it took until an origin was known to be bad, and how long it may take. */
export interface Detection {
  readonly law: "hard-down-decided" | "freeze-decided";
  /** For the summary: histories of one class have one bound. */
  readonly words: string;
  readonly origin: string;
  readonly sinceMs: number;
  readonly boundMs: number;
  /** Null: never, or not before it was over. */
  readonly tookMs: number | null;
  readonly endMs: number;
}

/** The detection that the history's scenario is about; null: it is about something else. */
export function toDetection(history: History): Detection | null {
  const { plan } = history;
  const trouble = plan.troubles.find((each) => each.kind === "origin");
  if (trouble === undefined) return null;
  const isNoisy = plan.loss > 0 || plan.heldBack > 0;
  const noise = isNoisy ? " on a bad network" : "";
  const noiseMs = isNoisy ? NOISE_MS : 0;
  const common = { origin: trouble.origin, endMs: trouble.toMs };
  const hardMs = HARD[plan.scenario];
  if (hardMs !== undefined) {
    const isAsked = hardMs === TRAFFIC_MS && hasTraffic(history, trouble);
    const law = "hard-down-decided";
    const words = `down, ${isAsked ? "with traffic" : "by probes"}${noise}`;
    const sinceMs = trouble.fromMs;
    const boundMs = (isAsked ? TRAFFIC_MS : PROBES_MS) + noiseMs;
    const tookMs = toTookMs(history, trouble, sinceMs);
    return { law, words, sinceMs, boundMs, tookMs, ...common };
  }
  if (plan.scenario !== "freeze") return null;
  const origin = history.origins.find(({ id }) => id === trouble.origin);
  const sinceMs = origin?.publishedBefore(trouble.fromMs) ?? trouble.fromMs;
  const boundMs = 1.5 * plan.targetMs + PROBE_MS + FREEZE_SLOP_MS + noiseMs;
  const words = `frozen, target ${plan.targetMs} ms${noise}`;
  const tookMs = toTookMs(history, trouble, sinceMs);
  return { law: "freeze-decided", words, sinceMs, boundMs, tookMs, ...common };
}

export function judgeBounds(history: History): Fault[] {
  const { plan } = history;
  const trouble = plan.troubles.find((each) => each.kind === "origin");
  const isQuiet = plan.loss === 0 && plan.heldBack === 0;
  if (plan.scenario === "brown-out" && trouble !== undefined) {
    return isQuiet ? judgeSlow(history, trouble) : [];
  }
  const found = toDetection(history);
  if (found === null) return [];
  const { law, origin, sinceMs, boundMs, tookMs, endMs } = found;
  if (tookMs !== null && tookMs <= boundMs) return [];
  // It was over before it had to be known.
  if (tookMs === null && endMs < sinceMs + boundMs) return [];
  const words = `${origin}: ${tookMs === null ? "never" : `${Math.round(tookMs)} ms`} of ${boundMs}`;
  return [{ law, atMs: sinceMs + boundMs, words }];
}

/** Lots may send all of a region's requests to others: who is not asked is not missed. */
function hasTraffic({ origins }: History, { origin, fromMs }: OriginTrouble): boolean {
  const asked = origins.find(({ id }) => id === origin)?.askedAtMs ?? [];
  return asked.some((atMs) => atMs >= fromMs && atMs <= fromMs + TRAFFIC_WITHIN_MS);
}

type OriginTrouble = Extract<Trouble, { kind: "origin" }>;

function toTookMs(
  { records }: History,
  { origin, fromMs }: OriginTrouble,
  sinceMs: number,
): number | null {
  const red = records.find(
    ({ kind, channelId, originId, to, realMs }) =>
      kind === "verdict" &&
      channelId === "demo" &&
      originId === origin &&
      to === "red" &&
      realMs >= fromMs,
  );
  return red === undefined ? null : red.realMs - sinceMs;
}

/** Who serves, however slowly, is not out. */
function judgeSlow({ records }: History, { origin, fromMs, toMs }: OriginTrouble): Fault[] {
  const slow: OriginFault = "slow";
  return records
    .filter(({ kind, originId, to }) => kind === "verdict" && originId === origin && to === "red")
    .filter(({ realMs }) => realMs >= fromMs && realMs <= toMs + PROBE_MS)
    .map(({ realMs, reason }) => ({
      law: "slow-is-not-dead" as const,
      atMs: realMs,
      words: `${origin} is ${slow} and was called red: ${reason}`,
    }));
}
