// What an event would do, before it does anything: objects, bytes, requests, cost, and whether it
// may (design section 7). For content teams, who must see the bill before they order. Refusals
// carry their numbers; conflicts are what will hurt and does not forbid it.

import type { PriceTable } from "../config/catalog.ts";
import type { EventCost, EventPlan, PlanFault, PreloadRequest } from "../contract/events.ts";
import { EVENT_TARGETS_MAX, toPlaces } from "./batches.ts";
import type { PlannedFile } from "./warming-event.ts";

export interface EventListing {
  readonly files: readonly PlannedFile[];
  readonly hotTier: boolean;
  /** What could not be read, in words; null if all could. */
  readonly fault: string | null;
  readonly prices: PriceTable | null;
}

const SAMPLE_COUNT = 10;
const GB = 1e9;
const MILLION = 1e6;
/** Looks at a file when all goes well: the fetch, and the read-back. */
const LOOKS = 2;

/** The files in their order, as far as the budget of bytes goes, if the event wants that. */
export function toFitting(request: PreloadRequest, listing: EventListing): EventListing {
  const { bytes, fit = false } = request.budget ?? {};
  if (!fit || bytes === undefined) return listing;
  const fetches = toFetches(request, listing);
  let left = bytes;
  const end = listing.files.findIndex(({ expected }) => {
    left -= (expected?.lengthBytes ?? 0) * fetches;
    return left < 0;
  });
  return end < 0 ? listing : { ...listing, files: listing.files.slice(0, end) };
}

/** How often the origins are read for each file. */
function toFetches({ regions }: PreloadRequest, { hotTier }: EventListing): number {
  return hotTier ? 1 : regions.length;
}

/** Plans over a listing. Linear in the files. */
export function planEvent(
  request: PreloadRequest,
  listing: EventListing,
  nowMs: number,
): EventPlan {
  const { files, hotTier, prices } = listing;
  const places = toPlaces(request.regions, hotTier);
  const bytes = files.reduce((sum, { expected }) => sum + (expected?.lengthBytes ?? 0), 0);
  const fetches = toFetches(request, listing);
  const origin = { bytes: bytes * fetches, requests: files.length * fetches };
  const looks = files.length * request.regions.length * LOOKS;
  const cost = prices === null ? null : toCost(prices, origin, looks, hotTier ? files.length : 0);
  const rate = request.budget?.requestsPerSecond;
  const plan = {
    files: files.length,
    places,
    objects: files.length * places.length,
    bytes,
    filesOfUnknownLength: files.filter(({ expected }) => expected?.lengthBytes == null).length,
    origin,
    runSecondsMin: rate === undefined ? null : origin.requests / rate,
    cost,
  };
  return {
    ...plan,
    conflicts: toConflicts(request, plan, nowMs),
    refusals: toRefusals(request, listing, plan, nowMs),
    sample: toSample(files),
  };
}

type Numbers = Pick<
  EventPlan,
  "files" | "bytes" | "filesOfUnknownLength" | "origin" | "cost" | "runSecondsMin"
>;

function toCost(
  prices: PriceTable,
  origin: EventPlan["origin"],
  looks: number,
  hotTierWrites: number,
): EventCost {
  const amount =
    (origin.requests / MILLION) * prices.originRequestsPerMillion +
    (origin.bytes / GB) * prices.originBytesPerGb +
    (hotTierWrites / MILLION) * prices.hotTierWritesPerMillion +
    (hotTierWrites === 0 ? 0 : (looks / MILLION) * prices.hotTierReadsPerMillion) +
    (looks / MILLION) * prices.edgeRequestsPerMillion;
  const { currency, source, date } = prices;
  return { amount, currency, source, date };
}

function toRefusals(
  { budget, window }: PreloadRequest,
  { fault }: EventListing,
  plan: Numbers,
  nowMs: number,
): readonly PlanFault[] {
  if (fault !== null) return [{ reason: "unreadable", detail: fault }];
  const refusals: PlanFault[] = [];
  const refuse = (reason: PlanFault["reason"], detail: string) =>
    void refusals.push({ reason, detail });
  const isFollowing = window?.kind === "follow";
  if (plan.files === 0 && !isFollowing) refuse("no-files", "The playlists announce no files.");
  if (plan.files > EVENT_TARGETS_MAX)
    refuse(
      "too-many-files",
      `${plan.files} objects are more than the limit of ${EVENT_TARGETS_MAX}.`,
    );
  const { bytes: bytesMax, cost: costMax } = budget ?? {};
  if (bytesMax !== undefined && plan.origin.bytes > bytesMax)
    refuse(
      "over-bytes",
      `The origins would send ${plan.origin.bytes} bytes, the budget is ${bytesMax}.`,
    );
  if (costMax !== undefined && plan.cost === null)
    refuse("over-cost", "A budget of money needs the table [prices] in the catalog.");
  if (costMax !== undefined && plan.cost !== null && plan.cost.amount > costMax) {
    const { amount, currency } = plan.cost;
    refuse(
      "over-cost",
      `It would cost ${amount.toFixed(4)} ${currency}, the budget is ${costMax}.`,
    );
  }
  if (isFollowing && window.untilMs <= nowMs)
    refuse("too-late", "The window to follow is over already.");
  return refusals;
}

function toConflicts(
  { budget, startsAtMs }: PreloadRequest,
  plan: Numbers,
  nowMs: number,
): readonly string[] {
  const conflicts: string[] = [];
  const { filesOfUnknownLength: unknown, runSecondsMin } = plan;
  if (unknown > 0 && (budget?.bytes !== undefined || budget?.cost !== undefined))
    conflicts.push(
      `${unknown} of ${plan.files} objects have no known length and count nothing in the budget.`,
    );
  if (unknown === plan.files && plan.files > 0)
    conflicts.push("No storage tells what the objects must be: they can be warm, not compared.");
  const leftSeconds = startsAtMs === undefined ? null : (startsAtMs - nowMs) / 1_000;
  if (leftSeconds !== null && runSecondsMin !== null && runSecondsMin > leftSeconds)
    conflicts.push(
      `At ${budget?.requestsPerSecond} requests per second it takes ` +
        `${Math.ceil(runSecondsMin)} s, and begins in ${Math.max(0, Math.floor(leftSeconds))} s.`,
    );
  return conflicts;
}

function toSample(files: readonly PlannedFile[]): EventPlan["sample"] {
  const known = files.map(({ path, expected }) => ({
    path,
    lengthBytes: expected?.lengthBytes ?? null,
    etag: expected?.etag ?? null,
    version: expected?.version ?? null,
  }));
  return known.sort((a, b) => (b.lengthBytes ?? 0) - (a.lengthBytes ?? 0)).slice(0, SAMPLE_COUNT);
}
