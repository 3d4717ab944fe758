// The continuity ledger as a machine: (ledger, event, now) -> (ledger, effects). Pure and
// synchronous; values are never changed, only replaced, and what did not change is shared.
//
// Picture: a bookkeeper with one book per origin and one for the viewers. Whatever an origin says
// is first entered in its own book (sighting.ts), compared with the others (identity.ts), and then,
// if it is the one that feeds, carried over to the viewers' book (feed.ts), where nothing is ever
// crossed out.

import type { LedgerEffect } from "./effect.ts";
import { applyEnd, applyReopening } from "./end.ts";
import type { LedgerEvent } from "./event.ts";
import { applyFeed } from "./feed.ts";
import { findLine, toDefines } from "./head.ts";
import { applyIdentity, applyProof } from "./identity.ts";
import { applyLag } from "./lag.ts";
import type { ChannelStart, Draft, Ledger } from "./ledger.ts";
import { emit, note, setOrigin, toVisit } from "./ledger.ts";
import { applyLoss } from "./loss.ts";
import { applyMultivariant } from "./multivariant.ts";
import type { OriginBook } from "./origin-book.ts";
import { applyListing, toListing, toOriginBook } from "./origin-book.ts";
import { readHead } from "./read-head.ts";
import { applyOverdue, applyRestart } from "./rescue-feed.ts";
import { ledgerLimits } from "./settings.ts";
import type { Sighting } from "./sighting.ts";
import { applySighting } from "./sighting.ts";
import { applyChoose, applyPending } from "./switch.ts";
import type { Timeline, Visit } from "./timeline.ts";
import { toTrimmed } from "./trim-listing.ts";

export interface LedgerStep {
  readonly ledger: Ledger;
  readonly effects: readonly LedgerEffect[];
}

/** Never throws for what an origin may say. `nowMs` must not go back. */
export function applyLedgerEvent(ledger: Ledger, event: LedgerEvent, nowMs: number): LedgerStep {
  const draft: Draft = { ledger, nowMs, effects: [] };
  switch (event.kind) {
    case "playlist":
      applyPlaylist(draft, event);
      break;
    case "multivariant":
      applyMultivariant(draft, event);
      break;
    case "choose":
      applyChoose(draft, event.origin, event.cause);
      break;
    case "proof":
      applyProof(draft, event.id, event.verdict);
      break;
    case "lost":
      applyLoss(draft, event);
      break;
    case "settings":
      applySettings(draft, event.settings);
      break;
    case "reopen":
      applyReopening(draft);
      break;
    case "tick":
      break;
  }
  if (!hasEnded(draft)) {
    applyPending(draft);
    applyOverdue(draft);
  }
  applyEnd(draft);
  planPublications(draft, ledger);
  return { ledger: draft.ledger, effects: draft.effects };
}

type PlaylistEvent = Extract<LedgerEvent, { kind: "playlist" }>;

function applyPlaylist(draft: Draft, event: PlaylistEvent): void {
  const { playlist, place, path } = event;
  const book = draft.ledger.origins.get(event.origin);
  if (book === undefined || playlist.skippedSegmentCount > 0) return;
  const about = { origin: event.origin, rendition: path };
  const rendition = book.paths === null ? path : book.paths.get(path);
  if (rendition === undefined) return void note(draft, "unknown-rendition", about);
  if (playlist.segmentCount === 0 && playlist.partCount === 0 && !playlist.ended) {
    return void note(draft, "no-segments", about);
  }
  applyWatch(draft, rendition, event.isWatched !== false);
  const source = { path, place, playlist };
  const { book: next, sighting } = applySighting(book, rendition, source, draft.nowMs);
  setOrigin(draft, next);
  if (toVisit(draft.ledger) === null) applyStart(draft, next, event);
  noteSighting(draft, book, next, rendition, sighting);
  const visit = toVisit(draft.ledger) as Visit;
  if (event.origin !== visit.origin) applyLag(draft, event.origin, rendition);
  else if (next.current !== visit.epoch && !hasEnded(draft)) applyRestart(draft, next);
  applyIdentity(draft, event.origin, rendition);
  if (event.origin === toVisit(draft.ledger)?.origin) applyFeed(draft, rendition);
  applyTrim(draft, event.origin, rendition);
}

function applyWatch(draft: Draft, rendition: string, isWatched: boolean): void {
  const { unwatched = [] } = draft.ledger;
  if (unwatched.includes(rendition) !== isWatched) return;
  const others = unwatched.filter((path) => path !== rendition);
  const next = isWatched ? others : [...others, rendition];
  draft.ledger = { ...draft.ledger, unwatched: next };
}

/** What was admitted need not be held twice. */
function applyTrim(draft: Draft, origin: string, rendition: string): void {
  const book = draft.ledger.origins.get(origin);
  const listing = book === undefined ? null : toListing(book, book.current, rendition);
  if (book === undefined || listing === null) return;
  const trimmed = toTrimmed(listing);
  if (trimmed === listing) return;
  setOrigin(draft, applyListing(book, book.current, rendition, trimmed));
}

function hasEnded(draft: Draft): boolean {
  return draft.ledger.end.kind === "ended";
}

function noteSighting(
  draft: Draft,
  before: OriginBook,
  after: OriginBook,
  rendition: string,
  sighting: Sighting,
): void {
  const about = { origin: after.id, rendition };
  if (after.isMultiFaced && !before.isMultiFaced) note(draft, "multi-faced", about);
  switch (sighting.kind) {
    case "behind":
      return void note(draft, "behind", about);
    case "restarted":
      return void note(draft, "encoder-restarted", about, { epoch: sighting.epoch });
    case "face-changed":
      return void note(draft, "face-changed", about, { epoch: sighting.epoch });
    case "advanced":
    case "same":
    case "other-face":
      return;
  }
}

/** The first playlist of a channel fixes what may not change while anybody watches. */
function applyStart(draft: Draft, book: OriginBook, { playlist }: PlaylistEvent): void {
  const { lines } = readHead(playlist.text);
  const target = Math.max(1, Math.round(playlist.targetDurationSeconds));
  const start: ChannelStart = {
    targetDurationSeconds: target,
    holdBackSeconds: playlist.holdBackSeconds ?? 3 * target,
    partTargetSeconds: playlist.partTargetSeconds,
    partInf: findLine(lines, "EXT-X-PART-INF"),
    serverControl: findLine(lines, "EXT-X-SERVER-CONTROL"),
    isEvent: playlist.playlistType === "EVENT",
    defines: toDefines(lines),
  };
  const member = { origin: book.id, epoch: book.current };
  const timeline: Timeline = { n: 0, members: [member], twinOf: null, keepUntilMs: null };
  const visit: Visit = {
    n: 0,
    timeline: 0,
    ...member,
    sinceMs: draft.nowMs,
    isDiscontinuity: false,
    closedParts: false,
    cut: null,
    endDsn: null,
    msnShift: 0,
    dsnShift: 0,
    firstMsn: null,
  };
  draft.ledger = {
    ...draft.ledger,
    start,
    timelines: [timeline],
    nextTimeline: 1,
    chosen: book.id,
    visits: [visit],
  };
  note(draft, "channel-started", { origin: book.id }, { targetSeconds: target });
}

/** A new catalog: origins come and go; what feeds stays until health chooses. */
function applySettings(draft: Draft, settings: Ledger["settings"]): void {
  const { ledger } = draft;
  const serving = toVisit(ledger)?.origin;
  const ids = settings.origins.slice(0, ledgerLimits.originsMax);
  const kept = serving === undefined || ids.includes(serving) ? ids : [...ids, serving];
  const origins = new Map(kept.map((id) => [id, ledger.origins.get(id) ?? toOriginBook(id)]));
  draft.ledger = { ...ledger, settings, origins, multivariant: null };
}

/** One publication per rendition that is not what it was. */
function planPublications(draft: Draft, before: Ledger): void {
  const { renditions, end } = draft.ledger;
  if (renditions === before.renditions) return;
  for (const book of renditions.values()) {
    const old = before.renditions.get(book.path);
    if (old?.seq === book.seq || book.store.count === 0) continue;
    emit(draft, {
      kind: "publish",
      rendition: book.path,
      seq: book.seq,
      lastMsn: book.tail.nextMsn - 1,
      lastPart: book.open.partCount === 0 ? null : book.open.partCount - 1,
      ended: end.kind === "ended" && book.endSeen,
    });
  }
}
