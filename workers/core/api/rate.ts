// How fast one caller may ask the control API: a bucket of tokens that fills steadily, so that a
// script may come in a burst and nobody can keep the health centre busy. For the caller's desk.
//
// The bucket is not stored: an object that was evicted starts with a full one, which lets a burst
// more through and never keeps anybody out. The edge has no such limit: viewers are never refused
// for asking often.

export interface RateRule {
  /** Requests that come back per second. */
  readonly perSecond: number;
  /** Requests that may come at once. */
  readonly burst: number;
}

/** A page that polls twice a second, a deployment's script and a person beside them. */
export const RATE_RULE: RateRule = { perSecond: 20, burst: 120 };

export interface Bucket {
  readonly left: number;
  readonly atMs: number;
}

export type RateVerdict =
  | { readonly kind: "go"; readonly bucket: Bucket }
  /** Not now; whole seconds until the next one may come. */
  | { readonly kind: "wait"; readonly bucket: Bucket; readonly waitSeconds: number };

/** Reads `WEIR_API_RATE` = "20:120" (per second : burst); the rule above if it is none. */
export function parseRateRule(text: string | undefined): RateRule {
  const [, perSecond, burst] = /^(\d{1,7}(?:\.\d{1,3})?):(\d{1,7})$/.exec(text ?? "") ?? [];
  const rule = { perSecond: Number(perSecond), burst: Number(burst) };
  return rule.perSecond > 0 && rule.burst >= 1 ? rule : RATE_RULE;
}

/** Decides about one request. A clock that went back fills nothing. */
export function decideRate(bucket: Bucket | null, rule: RateRule, nowMs: number): RateVerdict {
  const sinceMs = bucket === null ? 0 : Math.max(0, nowMs - bucket.atMs);
  const filled = bucket === null ? rule.burst : bucket.left + (sinceMs / 1_000) * rule.perSecond;
  const left = Math.min(rule.burst, filled);
  if (left >= 1) return { kind: "go", bucket: { left: left - 1, atMs: nowMs } };
  const waitSeconds = Math.ceil((1 - left) / rule.perSecond);
  return { kind: "wait", bucket: { left, atMs: nowMs }, waitSeconds };
}
