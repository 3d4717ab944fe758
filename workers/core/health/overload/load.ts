// How full the house is, 0 to 100 and beyond: the fullest of four things, because the first that is
// full stops the others (design section 6). For shedding, risk and the metrics.

/** Requests per second that one relay shard is planned for; an object's limit is about 1,000. */
export const RELAY_REQUESTS_PER_SECOND = 800;
/** A share of 5xx answers that counts as full. */
export const ERROR_SHARE_FULL = 0.05;

export interface LoadInput {
  readonly relayRequestsPerSecond: number;
  /** Bits per second that origins deliver, and what they can; null: nobody declared it. */
  readonly egressBps: number;
  readonly egressCapacityBps: number | null;
  /** Share of the hedge budget that is used, 0 to 1. */
  readonly hedgeShare: number;
  /** Share of answers that were 5xx, 0 to 1. */
  readonly errorShare: number;
}

export const LOAD_PARTS = ["relays", "egress", "hedges", "errors"] as const;
export type LoadPart = (typeof LOAD_PARTS)[number];

export interface Load {
  /** 100 is full. */
  readonly load: number;
  /** Which part it is. */
  readonly part: LoadPart;
}

/** Decides the load, and what it is made of. */
export function decideLoad(input: LoadInput): Load {
  const { relayRequestsPerSecond, egressBps, egressCapacityBps, hedgeShare, errorShare } = input;
  const parts: Readonly<Record<LoadPart, number>> = {
    relays: relayRequestsPerSecond / RELAY_REQUESTS_PER_SECOND,
    egress: egressCapacityBps === null ? 0 : egressBps / egressCapacityBps,
    hedges: hedgeShare,
    errors: errorShare / ERROR_SHARE_FULL,
  };
  let worst: LoadPart = "relays";
  for (const part of LOAD_PARTS) if (parts[part] > parts[worst]) worst = part;
  return { load: 100 * parts[worst], part: worst };
}
