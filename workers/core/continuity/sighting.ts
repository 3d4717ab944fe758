// Sorts one look at an origin's playlist into its epochs: the current face goes on, an older body,
// a restart, or the other one of two nodes behind one URL.
//
// How are a restart and a second node told apart? A restarted encoder begins where the old one
// ended; two nodes list the same minutes at the same time. So new media that begins behind the
// known end is a restart at once. Media that overlaps it in time, or has no dates, is only
// remembered: it becomes the current face when the present one has not been seen for a while. If
// the present one comes back in between, the origin has two faces, and the present one stays pinned
// as long as it lives.
//
// Refused: counting polls. Polls of renditions and of probers in three regions do not come in turn,
// so "two in a row" means nothing; moments do.

import { isAkin, isForeign, isMisfiled, seekAkin } from "./akin-epochs.ts";
import type { Listing, ListingSource } from "./listing.ts";
import { applyReading, toLastBlock } from "./listing.ts";
import type { Epoch, OriginBook } from "./origin-book.ts";
import { applyListing, toEpoch } from "./origin-book.ts";
import { toEndMs, toMake, toPlainUri } from "./raw-block.ts";
import { readVersion } from "./read-version.ts";
import { ledgerLimits } from "./settings.ts";
import type { VersionReading } from "./version-reading.ts";

export type Sighting =
  /** The current face: grew, or was confirmed. */
  | { readonly kind: "advanced" | "same"; readonly epoch: number; readonly jumped: boolean }
  /** Older than what was seen before. */
  | { readonly kind: "behind" }
  /** Another face than the current one. */
  | { readonly kind: "other-face" }
  /** There is a new current face. */
  | { readonly kind: "restarted" | "face-changed"; readonly epoch: number };

export interface SightingStep {
  readonly book: OriginBook;
  readonly sighting: Sighting;
}

/** Target durations without a sight of the current face until another one takes its place. */
const SILENCE_TARGETS = 1.5;
/** The same for an origin that is known to have two faces: by chance, one may not be seen. */
const SILENCE_TARGETS_MULTI = 3;
/** Looks at something older until it can be an encoder that names and numbers as before. */
const BEHIND_LOOKS = 3;
/** Target durations that no node lags behind another one. */
const FAR_TARGETS = 20;
/** Looks at another face, besides the time: polls may be further apart than segments. */
const SILENT_LOOKS = 1;
const SILENT_LOOKS_MULTI = 2;

export function applySighting(
  book: OriginBook,
  rendition: string,
  source: ListingSource,
  nowMs: number,
): SightingStep {
  const current = toEpoch(book, book.current);
  if (current === null) return applyNewEpoch(book, rendition, source, nowMs, "advanced");
  const known = current.listings.get(rendition) ?? null;
  if (known === null) return applyUnknown(book, current, rendition, source, nowMs);
  const reading = readVersion(source.playlist, known, nowMs);
  if (reading.relation === "behind") return applyBehind(book, known, rendition, source, nowMs);
  const isContradicted = reading.relation === "contradicts";
  if (isContradicted || isOfOtherFace(book, known, rendition, source, nowMs)) {
    return applyContradiction(book, known, rendition, source, nowMs);
  }
  return applyCurrent(book, current, known, rendition, source, reading, nowMs);
}

function applyCurrent(
  book: OriginBook,
  current: Epoch,
  known: Listing,
  rendition: string,
  source: ListingSource,
  reading: VersionReading,
  nowMs: number,
): SightingStep {
  const listing = applyReading(known, source, reading, nowMs);
  const turns = book.epochs.some((epoch) => {
    const grewMs = epoch.id === current.id ? null : epoch.listings.get(rendition)?.lastAdvanceMs;
    return grewMs != null && grewMs > known.lastSeenMs && isRecent(known, grewMs, nowMs);
  });
  const next = applyListing(book, current.id, rendition, listing);
  const jumped = reading.relation === "jumped";
  const grew = reading.relation === "first" || reading.fresh.length > 0 || jumped;
  return {
    book: turns ? { ...next, isMultiFaced: true } : next,
    sighting: { kind: grew ? "advanced" : "same", epoch: current.id, jumped },
  };
}

function isRecent(known: Listing, seenMs: number, nowMs: number): boolean {
  return nowMs - seenMs <= ledgerLimits.facePolls * known.facts.targetDurationSeconds * 1000;
}

/** The current face has not shown this rendition yet. */
function applyUnknown(
  book: OriginBook,
  current: Epoch,
  rendition: string,
  source: ListingSource,
  nowMs: number,
): SightingStep {
  const other = seekFace(book, current.id, rendition, source, nowMs);
  const listing = applyReading(null, source, readVersion(source.playlist, null, nowMs), nowMs);
  if (other !== null && !isMisfiled(other.epoch, current, rendition, listing)) {
    return applyOtherFace(book, other, rendition, source, nowMs);
  }
  const akin = isAkin(current, listing) ? null : seekAkin(book, rendition, listing);
  if (akin !== null) {
    const next = applyListing(book, akin.id, rendition, listing);
    return { book: next, sighting: { kind: "other-face" } };
  }
  if (isForeign(current, listing)) {
    const step = applyNewEpoch(book, rendition, source, nowMs, "other-face");
    return { book: { ...step.book, current: book.current }, sighting: step.sighting };
  }
  return {
    book: applyListing(book, current.id, rendition, listing),
    sighting: { kind: "advanced", epoch: current.id, jumped: false },
  };
}

/**
 * Old news. Without dates a restarted encoder that names and numbers as before looks the same; it
 * is one if nothing newer was seen for a while.
 */
function applyBehind(
  book: OriginBook,
  known: Listing,
  rendition: string,
  source: ListingSource,
  nowMs: number,
): SightingStep {
  const isDated = toLastBlock(known)?.dateMs != null;
  if (isDated || !isStartedOver(known, source, nowMs)) {
    return { book: applyStrangeLook(book, rendition, known), sighting: { kind: "behind" } };
  }
  return applyNewEpoch(book, rendition, source, nowMs, "restarted");
}

function applyStrangeLook(book: OriginBook, rendition: string, known: Listing): OriginBook {
  const listing = { ...known, strangeLooks: known.strangeLooks + 1 };
  return applyListing(book, book.current, rendition, listing);
}

/**
 * A node that lags and an encoder that started over a moment ago look the same and get to the known
 * end soon; an encoder that is far from it has started over.
 */
function isStartedOver(known: Listing, { playlist }: ListingSource, nowMs: number): boolean {
  const last = toLastBlock(known);
  if (last === null || known.strangeLooks < BEHIND_LOOKS) return false;
  const targetMs = known.facts.targetDurationSeconds * 1000;
  const behindMs = (last.msn - playlist.lastMsn) * last.durationSeconds * 1000;
  if (behindMs <= FAR_TARGETS * targetMs) return false;
  return nowMs - known.lastSeenMs >= SILENCE_TARGETS_MULTI * targetMs;
}

function isSilent(book: OriginBook, known: Listing, nowMs: number): boolean {
  const targets = book.isMultiFaced ? SILENCE_TARGETS_MULTI : SILENCE_TARGETS;
  const looks = book.isMultiFaced ? SILENT_LOOKS_MULTI : SILENT_LOOKS;
  if (known.strangeLooks < looks) return false;
  return nowMs - known.lastSeenMs >= targets * known.facts.targetDurationSeconds * 1000;
}

function applyContradiction(
  book: OriginBook,
  known: Listing,
  rendition: string,
  source: ListingSource,
  nowMs: number,
): SightingStep {
  const seen = applyStrangeLook(book, rendition, known);
  const other = seekFace(book, book.current, rendition, source, nowMs);
  if (other !== null) {
    if (!isSilent(book, known, nowMs)) return applyOtherFace(seen, other, rendition, source, nowMs);
    const step = applyOtherFace(book, other, rendition, source, nowMs);
    const kind = book.isMultiFaced ? "face-changed" : "restarted";
    return {
      book: { ...step.book, current: other.epoch.id },
      sighting: { kind, epoch: other.epoch.id },
    };
  }
  const listing = applyReading(null, source, readVersion(source.playlist, null, nowMs), nowMs);
  const akin = seekAkin(book, rendition, listing);
  const isNow = beginsBehind(known, source, nowMs) || isSilent(book, known, nowMs);
  if (akin !== null) {
    const next = applyListing(seen, akin.id, rendition, listing);
    if (!isNow) return { book: next, sighting: { kind: "other-face" } };
    const sighting: Sighting = { kind: "restarted", epoch: akin.id };
    return { book: { ...next, current: akin.id }, sighting };
  }
  if (isNow) return applyNewEpoch(book, rendition, source, nowMs, "restarted");
  const step = applyNewEpoch(seen, rendition, source, nowMs, "other-face");
  return { book: { ...step.book, current: book.current }, sighting: step.sighting };
}

/** True if this is what a restarted encoder lists: nothing that was made before the known end. */
function beginsBehind(known: Listing, source: ListingSource, nowMs: number): boolean {
  const last = toLastBlock(known);
  const { playlist } = source;
  const first = readVersion(playlist, null, nowMs).fresh[0];
  if (last === null || first === undefined) return false;
  const endMs = toEndMs(last);
  if (endMs !== null && first.dateMs !== null) {
    return first.dateMs >= endMs - (known.facts.targetDurationSeconds * 1000) / 2;
  }
  return playlist.mediaSequence <= 1 && playlist.segmentCount <= 2 && last.msn > 2;
}

/**
 * True if the current face might go on so, but lists nothing of this and does not name its segments
 * so, while another face does: behind a discontinuity numbers of two encoders can meet by chance.
 */
function isOfOtherFace(
  book: OriginBook,
  known: Listing,
  rendition: string,
  source: ListingSource,
  nowMs: number,
): boolean {
  const { mediaSequence } = source.playlist;
  const isShared = (listing: Listing) => mediaSequence <= (toLastBlock(listing)?.msn ?? -1);
  if (book.epochs.length < 2 || isShared(known)) return false;
  const other = seekFace(book, book.current, rendition, source, nowMs);
  if (other !== null && isShared(other.listing)) return true;
  const listing = applyReading(null, source, readVersion(source.playlist, null, nowMs), nowMs);
  const isNamedAs = (one: Listing) => toLastMake(one) === toLastMake(listing);
  if (isNamedAs(known)) return false;
  if (other !== null) return isNamedAs(other.listing);
  const akin = seekAkin(book, rendition, listing);
  return akin !== null && [...akin.listings.values()].some(isNamedAs);
}

function toLastMake(listing: Listing): string {
  return toMake(toPlainUri(toLastBlock(listing)?.uri ?? ""));
}

interface Face {
  readonly epoch: Epoch;
  readonly listing: Listing;
  readonly reading: VersionReading;
}

/** The newest other epoch that this body belongs to. */
function seekFace(
  book: OriginBook,
  currentId: number,
  rendition: string,
  source: ListingSource,
  nowMs: number,
): Face | null {
  for (let index = book.epochs.length - 1; index >= 0; index -= 1) {
    const epoch = book.epochs[index] as Epoch;
    const listing = epoch.id === currentId ? undefined : epoch.listings.get(rendition);
    if (listing === undefined) continue;
    const reading = readVersion(source.playlist, listing, nowMs);
    if (reading.relation !== "contradicts") return { epoch, listing, reading };
  }
  return null;
}

function applyOtherFace(
  book: OriginBook,
  face: Face,
  rendition: string,
  source: ListingSource,
  nowMs: number,
): SightingStep {
  const { epoch, listing, reading } = face;
  const isOlder = reading.relation === "behind";
  const next = isOlder ? listing : applyReading(listing, source, reading, nowMs);
  return {
    book: applyListing(book, epoch.id, rendition, next),
    sighting: { kind: "other-face" },
  };
}

function applyNewEpoch(
  book: OriginBook,
  rendition: string,
  source: ListingSource,
  nowMs: number,
  kind: "advanced" | "restarted" | "other-face",
): SightingStep {
  const listing = applyReading(null, source, readVersion(source.playlist, null, nowMs), nowMs);
  const id = book.nextEpoch;
  const epoch: Epoch = { id, listings: new Map([[rendition, listing]]) };
  const kept = book.epochs.filter((one) => one.id === book.current);
  const others = book.epochs.filter((one) => one.id !== book.current);
  const epochs = [...others.slice(-(ledgerLimits.epochsMax - 2)), ...kept, epoch];
  const next = { ...book, epochs, nextEpoch: id + 1, current: id };
  if (kind === "other-face") {
    return { book: next, sighting: { kind } };
  }
  if (kind === "restarted") return { book: next, sighting: { kind, epoch: id } };
  return { book: next, sighting: { kind, epoch: id, jumped: false } };
}
