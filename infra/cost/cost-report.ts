// What a traffic costs: every line is a quantity, its price and their product, and says what was
// assumed to get at the quantity. For `weir cost`. Plain values in and out. The order of magnitude
// is right and the cents are not: how many isolates a data centre runs and how often a cache
// forgets is Cloudflare's affair. Where it is not known, more is assumed than less.
//
// Left out: the plan's monthly fee and what it includes, KV, Queues, logs, the control worker's own
// requests, and the storage of the originals, which costs the same without Weir.

import type { Price, Priced, PriceList } from "./price-list.ts";
import type { TrafficProfile } from "./traffic-profile.ts";

export interface CostLine {
  readonly what: Priced;
  readonly quantity: number;
  readonly dollars: number;
  readonly price: Price;
  /** How the quantity comes about. */
  readonly because: string;
}

export interface CostReport {
  readonly lines: readonly CostLine[];
  readonly dollars: number;
  readonly dollarsPerMillionViewerHours: number;
  /** Requests of viewers, for which everything else happens. */
  readonly viewerRequests: number;
  /** Share of the files' requests that reach no origin, 0 to 1. */
  readonly originOffload: number;
}

/** Memory of an object that is billed while it is awake, gigabytes (128 MB). */
const OBJECT_GIGABYTES = 0.128;
/** An object of control writes its state about so often. */
const ROWS_PER_VERSION = 4;
const SECONDS_PER_HOUR = 3_600;
const HOURS_PER_MONTH = 730;
const MEGABITS_PER_GIGABYTE = 8_000;

/** Reckons a profile at a list of prices. */
export function toCostReport(profile: TrafficProfile, prices: PriceList): CostReport {
  const traffic = toTraffic(profile);
  const lines = [
    ...toEdgeLines(profile, traffic),
    ...toObjectLines(profile, traffic),
    ...toStorageLines(profile, traffic),
  ].map(({ what, quantity, because }): CostLine => {
    const price = prices[what];
    return { what, quantity, dollars: (quantity / price.per) * price.dollars, price, because };
  });
  const dollars = lines.reduce((sum, line) => sum + line.dollars, 0);
  const { viewerRequests, fileRequests, fills } = traffic;
  return {
    lines,
    dollars,
    dollarsPerMillionViewerHours: (dollars / profile.viewerHours) * 1_000_000,
    viewerRequests,
    originOffload: 1 - fills / fileRequests,
  };
}

type Quantity = Pick<CostLine, "what" | "quantity" | "because">;

interface Traffic {
  readonly viewerRequests: number;
  readonly fileRequests: number;
  /** Files that exist while the channels run: what has to be read at least once. */
  readonly files: number;
  /** Requests to origins for files. */
  readonly fills: number;
  /** Versions of live playlists. */
  readonly versions: number;
}

function toTraffic(profile: TrafficProfile): Traffic {
  const { viewerHours, hours, channels, renditions, filesPerSegment } = profile;
  const { segmentSeconds, partSeconds, sessionMinutes, mode } = profile;
  const stepSeconds = partSeconds > 0 ? partSeconds : segmentSeconds;
  const isLive = mode === "live";
  const watchedSeconds = viewerHours * SECONDS_PER_HOUR;
  const playedSeconds = hours * SECONDS_PER_HOUR;
  const fileRequests = (watchedSeconds / stepSeconds) * filesPerSegment;
  // A player reads the multivariant playlist once, and each media playlist once or for every step.
  const sessions = (viewerHours * 60) / sessionMinutes;
  const reloads = isLive ? fileRequests : sessions * filesPerSegment;
  const files = channels * renditions * filesPerSegment * (playedSeconds / stepSeconds);
  const readers = toReaders(profile);
  return {
    viewerRequests: fileRequests + reloads + sessions,
    fileRequests,
    files,
    fills: Math.min(fileRequests, files * readers),
    versions: isLive ? channels * renditions * filesPerSegment * (playedSeconds / stepSeconds) : 0,
  };
}

/** How often a file is read from an origin, at most: places do not know of each other. */
function toReaders({ hotTier, dataCentres, isolatesPerDataCentre }: TrafficProfile): number {
  return hotTier ? 1 : dataCentres * isolatesPerDataCentre;
}

function toEdgeLines(
  { cpuMsPerRequest }: TrafficProfile,
  { viewerRequests }: Traffic,
): readonly Quantity[] {
  return [
    {
      what: "workerRequest",
      quantity: viewerRequests,
      because: "a viewer's request runs the edge, also if a cache answers it",
    },
    {
      what: "workerCpuMs",
      quantity: viewerRequests * cpuMsPerRequest,
      because: `${cpuMsPerRequest} ms of processor time for each`,
    },
  ];
}

function toObjectLines(profile: TrafficProfile, { versions }: Traffic): readonly Quantity[] {
  const { hours, channels, renditions, filesPerSegment, regions, origins, mode } = profile;
  const isolates = profile.dataCentres * profile.isolatesPerDataCentre;
  const isLive = mode === "live";
  // Coordinator, a source for each playlist, a relay for each region.
  const perChannel = isLive ? 1 + renditions * filesPerSegment + regions : 0;
  const ofControl = 1 + regions + Math.ceil(origins / 4) * regions;
  const awakeSeconds = (channels * perChannel + ofControl) * hours * SECONDS_PER_HOUR;
  const confirmations = (hours * SECONDS_PER_HOUR * regions) / 5;
  return [
    {
      what: "objectRequest",
      quantity: versions * (2 + regions) + toRelayCalls(profile, isolates) + confirmations,
      because: "each version passes coordinator and relays; each isolate asks its relay for it",
    },
    {
      what: "objectGigabyteSecond",
      quantity: awakeSeconds * OBJECT_GIGABYTES,
      because: `${perChannel} objects per live channel and ${ofControl} of control, always awake`,
    },
    {
      what: "objectRowWritten",
      quantity: versions * ROWS_PER_VERSION,
      because: `${ROWS_PER_VERSION} rows for each version of a live playlist`,
    },
  ];
}

/** One call brings all that changed in a channel, so renditions cost no calls of their own. */
function toRelayCalls(profile: TrafficProfile, isolates: number): number {
  const { mode, hours, channels, segmentSeconds, partSeconds } = profile;
  if (mode !== "live") return 0;
  const stepSeconds = partSeconds > 0 ? partSeconds : segmentSeconds;
  return isolates * channels * ((hours * SECONDS_PER_HOUR) / stepSeconds);
}

function toStorageLines(profile: TrafficProfile, traffic: Traffic): readonly Quantity[] {
  const { hotTier, hours, channels, ladderMegabitsPerSecond, keepDays, dataCentres } = profile;
  const { files, fills, fileRequests } = traffic;
  const madeGigabytes =
    (channels * hours * SECONDS_PER_HOUR * ladderMegabitsPerSecond) / MEGABITS_PER_GIGABYTE;
  const read = hotTier ? "once for the world" : "once by every isolate that is asked for it";
  const lines: Quantity[] = [
    { what: "originRequest", quantity: fills, because: `each file is read ${read}` },
    {
      what: "originGigabyte",
      quantity: madeGigabytes * (fills / files),
      because: "bytes that leave the origins' storage",
    },
  ];
  if (!hotTier) return lines;
  const kept = Math.min(1, (keepDays * 24) / hours);
  const months = Math.max(hours, keepDays * 24) / HOURS_PER_MONTH;
  return [
    ...lines,
    { what: "hotTierWrite", quantity: fills, because: "each file is written once" },
    {
      what: "hotTierRead",
      quantity: Math.min(fileRequests, files * dataCentres * profile.isolatesPerDataCentre),
      because: "read by every isolate that is asked for it",
    },
    {
      what: "hotTierGigabyteMonth",
      quantity: madeGigabytes * kept * months,
      because: `${keepDays} days are kept`,
    },
  ];
}
