// What is known of one rendition at one epoch of an origin: the newest blocks, and what the last
// version said about itself. A listing only grows at its end and forgets at its front; how a new
// version relates to it is decided in read-version.ts.

import type { MediaPlaylist } from "../hls/playlist.ts";
import { noKeyLine, toCarriedLines } from "./carried-lines.ts";
import type { LedgerPlace } from "./event.ts";
import type { OpenTail, RawBlock } from "./raw-block.ts";
import { isSameState } from "./raw-block.ts";
import { toReadStartBehind } from "./read-blocks.ts";
import { printBlocks, toDates, toReread } from "./reread-blocks.ts";
import { ledgerLimits } from "./settings.ts";
import type { VersionReading } from "./version-reading.ts";

export interface Listing {
  /** How this origin names the playlist; printed path below the channel. */
  readonly path: string;
  readonly place: LedgerPlace;
  /** The newest segments without a hole, oldest first. */
  readonly blocks: readonly RawBlock[];
  readonly open: OpenTail;
  readonly head: readonly string[];
  readonly dateRanges: readonly string[];
  readonly facts: VersionFacts;
  readonly lastSeenMs: number;
  /** When it last grew, be it by a part. */
  readonly lastAdvanceMs: number;
  /** When the last segment is thought to have been published (ttl/publication.ts has the rule). */
  readonly publishedAtMs: number;
  /** Looks in a row that showed something else: older bodies, other faces. */
  readonly strangeLooks: number;
  /** Seconds behind the canonical playlist at the last looks; newest last. */
  readonly lagsSeconds: readonly number[];
}

/** What the newest version says about itself. */
export interface VersionFacts {
  readonly version: number;
  readonly targetDurationSeconds: number;
  readonly firstMsn: number;
  readonly lastMsn: number;
  readonly listedSeconds: number;
  readonly holdBackSeconds: number | null;
  readonly partTargetSeconds: number | null;
  readonly isEvent: boolean;
  readonly isFrames: boolean;
  readonly ended: boolean;
}

export function toVersionFacts(playlist: MediaPlaylist): VersionFacts {
  return {
    version: playlist.version,
    targetDurationSeconds: playlist.targetDurationSeconds,
    firstMsn: playlist.mediaSequence,
    lastMsn: playlist.lastMsn,
    listedSeconds: playlist.totalDurationSeconds,
    holdBackSeconds: playlist.holdBackSeconds,
    partTargetSeconds: playlist.partTargetSeconds,
    isEvent: playlist.playlistType === "EVENT",
    isFrames: playlist.iframesOnly || playlist.imagesOnly,
    ended: playlist.ended,
  };
}

export interface ListingSource {
  readonly path: string;
  readonly place: LedgerPlace;
  readonly playlist: MediaPlaylist;
}

/** The listing behind a version that goes on from it (or begins it: `before` is null). */
export function applyReading(
  before: Listing | null,
  source: ListingSource,
  reading: VersionReading,
  nowMs: number,
): Listing {
  const { fresh, open, head } = reading;
  const isJump = reading.relation === "jumped";
  const held: readonly RawBlock[] =
    before === null || isJump ? [] : before.blocks.slice(-ledgerLimits.heldBlocksMax);
  const added = toFollowing(held.at(-1), fresh);
  const grew = fresh.length > 0 || open.parts.count > (before?.open.parts.count ?? 0);
  const newMs = fresh.reduce((sum, block) => sum + block.durationSeconds * 1000, 0);
  const estimateMs = before === null ? nowMs : before.publishedAtMs + newMs;
  const isNew = before === null || isJump;
  const publishedAtMs = isNew ? nowMs : Math.min(nowMs, Math.max(before.lastSeenMs, estimateMs));
  return {
    path: source.path,
    place: source.place,
    blocks: fresh.length === 0 && before !== null && !isJump ? before.blocks : held.concat(added),
    open,
    head: head.lines,
    dateRanges: reading.dateRanges,
    facts: toVersionFacts(source.playlist),
    lastSeenMs: nowMs,
    lastAdvanceMs: grew || before === null ? nowMs : before.lastAdvanceMs,
    publishedAtMs: fresh.length === 0 && before !== null ? before.publishedAtMs : publishedAtMs,
    strangeLooks: 0,
    lagsSeconds: before?.lagsSeconds ?? [],
  };
}

/**
 * The first block that a list names says again what earlier ones have set, as if nothing were in
 * effect. Behind those earlier ones it has to say that too.
 */
function toFollowing(last: RawBlock | undefined, fresh: readonly RawBlock[]): readonly RawBlock[] {
  const [first, ...others] = fresh;
  if (last === undefined || first === undefined) return fresh;
  if (isSameState(first.before, last.state)) return fresh;
  const end = last.state.keys.length > 0 ? [noKeyLine] : [];
  const lines = [...end, ...toCarriedLines(first.before, first.lines), ...first.lines];
  const text = printBlocks([{ ...first, lines }, ...others]);
  return toReread(text, { ...toReadStartBehind(last), msn: first.msn }, toDates(fresh));
}

/** Number of the last complete segment; null if none is known. */
export function toLastBlock(listing: Listing): RawBlock | null {
  return listing.blocks.at(-1) ?? null;
}

/** The block with this number; null if it is not held. */
export function toBlockAt(listing: Listing, msn: number): RawBlock | null {
  const first = listing.blocks[0];
  return first === undefined ? null : (listing.blocks[msn - first.msn] ?? null);
}

/** Publication of the end of a held block, counted back from the last one. */
export function toPublishedAtMs(listing: Listing, msn: number): number {
  let atMs = listing.publishedAtMs;
  for (let index = listing.blocks.length - 1; index >= 0; index -= 1) {
    const block = listing.blocks[index];
    if (block === undefined || block.msn <= msn) break;
    atMs -= block.durationSeconds * 1000;
  }
  return atMs;
}

/**
 * The least lag of the last looks: between two publications every listing looks later than it
 * is.
 */
export function toLagSeconds(listing: Listing): number | null {
  return listing.lagsSeconds.length === 0 ? null : Math.min(...listing.lagsSeconds);
}

/** Looks that the lag is measured over. */
export const LAG_LOOKS = 5;
