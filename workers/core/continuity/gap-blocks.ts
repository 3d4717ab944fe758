// Segments that stand for media which nobody can have (bis-22 section 4.4.4.7): holes between two
// sightings, and the stretch up to a cut that a rendition had not seen. They keep numbers and times
// of all renditions in step; players step over them.

import type { CanonicalBlock } from "./block-store.ts";
import { appendBlocks } from "./block-store.ts";
import { printDateLine } from "./carried-lines.ts";
import type { ChannelStart, Draft } from "./ledger.ts";
import type { RenditionBook } from "./rendition-book.ts";
import { toReference } from "./reports.ts";

/** Not asked for by the standard, but by strict readers (hls-parser). */
export const GAP_VERSION = 8;

export interface GapInput {
  readonly timeline: number;
  readonly count: number;
  /** In all. */
  readonly seconds: number;
  /** EXT-X-DISCONTINUITY tags to stand in front, one per gap. */
  readonly discontinuities: number;
  /** Where the first begins, if not at the end of what stands there; then that is said. */
  readonly startDateMs?: number | null;
}

/** The book with gaps at its end; null if they would be longer than the target duration. */
export function applyGapBlocks(
  draft: Draft,
  book: RenditionBook,
  { timeline, count: missing, seconds, discontinuities, startDateMs }: GapInput,
): RenditionBook | null {
  const start = draft.ledger.start as ChannelStart;
  const count = Math.max(missing, discontinuities);
  const each = seconds / count;
  if (!(each > 0) || Math.round(each) > start.targetDurationSeconds) return null;
  const blocks: CanonicalBlock[] = [];
  const { tail } = book;
  let dateMs = startDateMs === undefined ? tail.endMs : startDateMs;
  const dateLine = startDateMs === undefined ? null : printDateLine(dateMs);
  for (let index = 0; index < count; index += 1) {
    const msn = tail.nextMsn + index;
    // Two in front of one segment are more than some readers count.
    const cuts = index < discontinuities ? 1 : 0;
    const text = [
      ...Array.from({ length: cuts }, () => "#EXT-X-DISCONTINUITY"),
      ...(index === 0 && dateLine !== null ? [dateLine] : []),
      "#EXT-X-GAP",
      `#EXTINF:${printSeconds(each)},`,
      toMadeUri(book.path, timeline, "@gap", `${msn}`),
      "",
    ].join("\n");
    const block = { msn, text, fullText: null, durationSeconds: each, dateMs, state: null };
    blocks.push({ ...block, discontinuities: cuts });
    dateMs = dateMs === null ? null : dateMs + each * 1000;
  }
  return {
    ...book,
    store: appendBlocks(book.store, blocks, 3 * start.targetDurationSeconds),
    version: Math.max(book.version, GAP_VERSION),
    tail: {
      ...tail,
      nextMsn: tail.nextMsn + count,
      dsn: tail.dsn + discontinuities,
      endMs: dateMs,
      publishedAtMs: tail.publishedAtMs + seconds * 1000,
      lastSeconds: each,
    },
    seq: book.seq + 1,
  };
}

/** Seconds with at most five decimals, never in exponents. */
export function printSeconds(seconds: number): string {
  const text = seconds.toFixed(5).replace(/0+$/, "");
  return text.endsWith(".") ? `${text}000` : text;
}

/**
 * A file that no origin has: `@t{n}/@gap/...` or `@t{n}/@parts/...`, with the rendition's path
 * in it because numbers repeat from rendition to rendition. Relative to the playlist.
 */
export function toMadeUri(path: string, timeline: number, kind: string, name: string): string {
  const label = timeline === 0 ? "" : `@t${timeline}/`;
  return toReference(path, `${label}${kind}/${path.replace(/\.m3u8?$/i, "")}/${name}`);
}
