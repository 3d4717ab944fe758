// The words between preload and the edge's WarmAgent, and those on preload's own queue.
//
// A warm agent never writes a cache itself: it fetches the edge's own delivery path and reads
// back, so what it reports is what a viewer of that region would have got. It reports what it saw
// and judges nothing: core/warm/proof.ts does, beside what the storage is known to hold.

/** One file to warm, named as a viewer names it: below the channel, canonical, with its label. */
export interface WarmTarget {
  readonly channel: string;
  /** Path as in viewer URLs, without leading slash: "v360/12.m4s" or "@t3/v360/12.m4s". */
  readonly path: string;
}

/** What keeps the edge's files: who it is decides what a hit there proves (receipts.ts). */
export const WARM_ADAPTERS = ["cache-api", "workers-cache", "r2"] as const;
export type WarmAdapter = (typeof WARM_ADAPTERS)[number];

/** Why a file is not warm. */
export const WARM_FAILURES = [
  /** Nobody has looked yet. */
  "pending",
  /** There is no such file. */
  "absent",
  /** The origin does not let us: credentials are wrong or have expired. */
  "forbidden",
  /** The origin or the edge asks to come back later. */
  "throttled",
  /** The origin failed, or none could be asked. */
  "origin-failed",
  /** The edge refuses such a request. */
  "refused",
  /** The body ended before its length. */
  "truncated",
  /** It was fetched, and is in no cache. */
  "not-cached",
  /** It was warm, and is in no cache any more. */
  "evicted",
  /** Another version than the storage holds, told by its validator. */
  "validator-mismatch",
  /** Other bytes than the storage holds, told by their number. */
  "length-mismatch",
  /** Other bytes than the storage holds, told by their digest. */
  "md5-mismatch",
  /** The region's agent or the cache did not answer. */
  "unreachable",
] as const;
export type WarmFailure = (typeof WARM_FAILURES)[number];

/** One look at a file over the delivery path of a region, its body read to the end. */
export interface Sighting {
  /** 0: there was no answer. */
  readonly status: number;
  /** Whether a cache had it before it was asked for. */
  readonly isHit: boolean;
  /** Last word of the edge's Cache-Status: the tier of a hit, the reason of a refusal. */
  readonly detail: string | null;
  /** What the edge says of a refusal, for people; null where it refuses nothing. */
  readonly words: string | null;
  /** Whether the body broke off. */
  readonly isBroken: boolean;
  /** With its quotes, as it was sent. */
  readonly etag: string | null;
  /** Bytes that arrived. */
  readonly lengthBytes: number;
  /** Of the bytes that arrived, lower-case hex. */
  readonly md5: string | null;
  /** Last-Modified as it was sent: the version's word for itself. */
  readonly version: string | null;
  readonly ageSeconds: number | null;
}

export const WARM_MODES = ["warm", "look"] as const;
/** warm: fetch, then look. look: only look; what is not there is fetched by looking. */
export type WarmMode = (typeof WARM_MODES)[number];

export interface WarmWork {
  readonly contract: number;
  readonly mode: WarmMode;
  readonly channel: string;
  readonly paths: readonly string[];
  /** Begin the first file so many milliseconds after the call, and each next one so much later. */
  readonly delayMs: number;
  readonly spacingMs: number;
  /** Files under way at once for the channel, by all calls together; as many as there may be. */
  readonly connections?: number;
}

export interface WarmedFile {
  readonly path: string;
  readonly first: Sighting;
  /** The read-back; null after a look, and where the first sighting was a failure. */
  readonly second: Sighting | null;
}

export interface WarmReport {
  readonly adapter: WarmAdapter;
  /** The data centre in which the agent stood; null if it cannot tell. */
  readonly dataCentre: string | null;
  readonly files: readonly WarmedFile[];
}

/** The place in which R2 is looked at, beside the regions. */
export const HOT_TIER_PLACE = "hot-tier";

/** A batch on the queue. Small enough for Cloudflare Queues' 128 KB. */
export interface WarmBatch {
  readonly contract: number;
  readonly eventId: string;
  readonly batch: number;
  /** Tells this sending of the batch from others. */
  readonly ticket: number;
  readonly mode: WarmMode;
  readonly channel: string;
  readonly paths: readonly string[];
  /** A region, or the hot tier. */
  readonly place: string;
  /** Origins of the files, whose pace is kept; empty where the origins are not asked. */
  readonly origins: readonly string[];
  /** Files per second and origin; null: as fast as the places go. */
  readonly requestsPerSecond: number | null;
  /** Files under way at once in the place; as many as there may be if absent. */
  readonly connections?: number;
}

/** What came of a batch. */
export interface BatchReport {
  readonly contract: number;
  readonly batch: number;
  readonly ticket: number;
  /** Null: the place did not answer. */
  readonly report: WarmReport | null;
  /** Whether who reports takes the next batch of the place along, if there is one. */
  readonly wantsMore?: boolean;
}
