// Whether a step of traffic may go on, told by the edge's own counters as control prints them. Two
// readings of `weir_requests_total` are compared, before the step and after watching it. Few
// requests prove nothing and hold nothing up: a quiet zone may be deployed to. Counters that went
// back (a gate was moved) count from zero.

export interface EdgeCounts {
  readonly requests: number;
  /** Answers with a status of 500 and more. */
  readonly errors: number;
  /** Answers that came from a cache. */
  readonly hits: number;
}

export type StepVerdict =
  | { readonly kind: "go-on"; readonly why: string }
  | { readonly kind: "roll-back"; readonly why: string };

/** Fewer are no evidence. */
const REQUESTS_MIN = 200;
const ERROR_SHARE_MAX = 0.02;
/** Most that the share of hits may fall below what it was before. */
const HIT_FALL_MAX = 0.2;
const SAMPLE = /^weir_requests_total\{([^}]*)\} (\d+(?:\.\d+)?(?:e\+?\d+)?)$/;

/** Adds up the samples of a page of metrics. */
export function parseEdgeCounts(text: string): EdgeCounts {
  let [requests, errors, hits] = [0, 0, 0];
  for (const line of text.split("\n")) {
    const [, labels = "", valueText = ""] = SAMPLE.exec(line) ?? [];
    if (valueText === "") continue;
    const value = Number(valueText);
    requests += value;
    const outcome = /outcome="([^"]*)"/.exec(labels)?.[1] ?? "";
    if (/^http-5/.test(outcome)) errors += value;
    if (/^(?:hit|stale|error)-/.test(outcome)) hits += value;
  }
  return { requests, errors, hits };
}

/** `usual` is what was counted before the deployment began. */
export function decideStep(usual: EdgeCounts, before: EdgeCounts, after: EdgeCounts): StepVerdict {
  const requests = toIncrease(before.requests, after.requests);
  if (requests < REQUESTS_MIN)
    return { kind: "go-on", why: `only ${requests} requests to judge by` };
  const errorShare = toIncrease(before.errors, after.errors) / requests;
  if (errorShare > ERROR_SHARE_MAX) {
    return { kind: "roll-back", why: `${toPercent(errorShare)} of answers are errors` };
  }
  const hitShare = toIncrease(before.hits, after.hits) / requests;
  const usualShare = usual.requests < REQUESTS_MIN ? 0 : usual.hits / usual.requests;
  if (hitShare < usualShare - HIT_FALL_MAX) {
    const why = `${toPercent(hitShare)} of answers come from a cache, usually ${toPercent(usualShare)}`;
    return { kind: "roll-back", why };
  }
  return { kind: "go-on", why: `${toPercent(errorShare)} errors, ${toPercent(hitShare)} hits` };
}

function toIncrease(before: number, after: number): number {
  return after >= before ? after - before : after;
}

function toPercent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
