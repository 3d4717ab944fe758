// Plans whom to ask for an asset, in which order, and how long to wait for each.
//
// Rescue happens inside the request: when one origin fails, the next of the same timeline is
// asked at once. The order comes from control; this isolate's own fresh failures are laid over it,
// so that a dead origin costs one viewer one attempt and not every viewer one.

import type { ChannelOrigin, Origin, OriginPlace } from "../config/catalog.ts";
import type { CatalogIndex } from "../config/catalog-index.ts";
import type { ChannelChoice } from "../contract/policy.ts";
import type { Asset } from "../resolve/asset.ts";
import { toEncodedPath, toPlaceUrl } from "./place.ts";

/** How long a failure in this isolate moves its origin to the end. */
export const BREAKER_MS = 2_000;

export interface Attempt {
  readonly origin: Origin;
  readonly place: OriginPlace;
  /** Base URL of the channel at this origin, ending with "/". */
  readonly placeUrl: string;
  readonly url: string;
  readonly headerTimeoutMs: number;
}

/**
 * Channel and origin (see toFailureKey) -> when it last failed here with blame. By channel, because
 * one broken playlist says nothing about the origin's other channels.
 */
export type FailureMemory = ReadonlyMap<string, number>;

/** Key of a channel's origin in the memory of failures. */
export function toFailureKey(channelId: string, originId: string): string {
  return `${channelId} ${originId}`;
}

/** Waits are short while somebody else can still be asked, and patient with the last one. */
const HEADER_TIMEOUT_MS = {
  playlist: { next: 1_500, last: 4_000 },
  media: { next: 2_500, last: 10_000 },
} as const;

/** Attempts in order; empty if the timeline has no origin. */
export function planAttempts(
  asset: Asset,
  choice: ChannelChoice,
  index: CatalogIndex,
  failures: FailureMemory,
  nowMs: number,
): readonly Attempt[] {
  const timeouts = HEADER_TIMEOUT_MS[asset.kind === "playlist" ? "playlist" : "media"];
  const candidates =
    asset.host === null ? toPlaces(asset, choice, index) : [toHostPlace(asset.host)];
  const places = candidates.map((place) => toTarget(asset, place)).filter(isWithinBucket);
  const failedLately = (id: string) =>
    nowMs - (failures.get(toFailureKey(asset.channel.id, id)) ?? -BREAKER_MS) < BREAKER_MS;
  const ordered = [
    ...places.filter(({ origin }) => !failedLately(origin.id)),
    ...places.filter(({ origin }) => failedLately(origin.id)),
  ];
  return ordered.map((candidate, position) => ({
    ...candidate,
    headerTimeoutMs: position < ordered.length - 1 ? timeouts.next : timeouts.last,
  }));
}

/** Plans attempts at places where the ledger knows the bytes of an asset under other names. */
export function planRescues(
  asset: Asset,
  index: CatalogIndex,
  places: readonly { readonly originId: string; readonly path: string }[],
  tried: readonly Attempt[],
): readonly Attempt[] {
  return places.flatMap(({ originId, path }) => {
    const origin = index.origins.get(originId);
    const place = asset.channel.origins.find(({ id }) => id === originId);
    if (origin === undefined || place === undefined) return [];
    const [name = "", query = ""] = path.split("?");
    const target = toTarget({ ...asset, path: name, query }, { origin, place });
    const isNew = tried.every(({ url }) => url !== target.url) && isWithinBucket(target);
    return isNew ? [{ ...target, headerTimeoutMs: HEADER_TIMEOUT_MS.media.next }] : [];
  });
}

function toTarget(asset: Asset, { origin, place }: Candidate) {
  const placeUrl = toPlaceUrl(origin, place);
  const base = asset.beyondPrefix ? toHostRoot(placeUrl) : placeUrl;
  const query = asset.query === "" ? "" : `?${asset.query}`;
  return { origin, place, placeUrl, url: `${base}${toEncodedPath(asset.path)}${query}` };
}

/** `@self` begins at the host's root, but our signature must not open a neighbour's bucket. */
export function isWithinBucket({ origin, url }: { readonly origin: Origin; readonly url: string }) {
  if (origin.kind === "http") return true;
  return url.startsWith(toPlaceUrl({ ...origin, prefix: "" }, { id: origin.id, prefix: "" }));
}

interface Candidate {
  readonly origin: Origin;
  readonly place: OriginPlace;
}

function toPlaces(asset: Asset, choice: ChannelChoice, index: CatalogIndex): Candidate[] {
  const order = choice.timelines.find(({ n }) => n === asset.timeline)?.origins ?? [];
  const members = order.flatMap((id) => {
    const member = asset.channel.origins.find((origin) => origin.id === id);
    return member === undefined ? [] : [member];
  });
  const wanted: readonly OriginPlace[] =
    asset.kind === "playlist" || asset.beyondPrefix ? members : [...toStores(members), ...members];
  const seen = new Set<string>();
  return wanted.flatMap((place) => {
    const origin = index.origins.get(place.id);
    const identity = `${place.id} ${place.prefix}`;
    if (origin === undefined || seen.has(identity)) return [];
    seen.add(identity);
    return [{ origin, place }];
  });
}

/**
 * Media is read from the chunk storage of a packager before the packager itself. The storage has
 * the names below the prefix only, so it is not asked for what lies beyond.
 */
function toStores(members: readonly ChannelOrigin[]): OriginPlace[] {
  return members.flatMap(({ segments }) => (segments === null ? [] : [segments]));
}

function toHostPlace(host: { readonly alias: string; readonly url: string }): Candidate {
  return {
    origin: { kind: "http", id: `@${host.alias}`, url: host.url, region: null },
    place: { id: `@${host.alias}`, prefix: "" },
  };
}

function toHostRoot(url: string): string {
  return url.slice(0, url.indexOf("/", url.indexOf("://") + 3) + 1);
}
