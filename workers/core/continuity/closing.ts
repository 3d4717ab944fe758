// Closes the segment that was being made when the channel is cut (LL-HLS): players have its first
// parts, so it ends with the last part that was announced. Its media is those parts one behind the
// other, a file that no origin has: the edge concatenates them (effect `assemble`). Where the edge
// cannot, a part is lost, or nobody watched the rendition, the segment is a gap.

import { appendBlocks, dropParts, toCanonicalBlock } from "./block-store.ts";
import { toTagUri } from "./carried-lines.ts";
import type { AssembledPart } from "./effect.ts";
import { GAP_VERSION, printSeconds, toMadeUri } from "./gap-blocks.ts";
import type { ChannelStart, Draft } from "./ledger.ts";
import { emit, note, setRendition } from "./ledger.ts";
import { readBlocks } from "./read-blocks.ts";
import type { RenditionBook } from "./rendition-book.ts";
import { emptyOpen } from "./rendition-book.ts";
import { toPartRange } from "./tag-lines.ts";

/** Takes back what was only promised: hints, and the open segment if it has parts. */
export function applyClosing(draft: Draft, book: RenditionBook): void {
  const { partCount, hints, reports } = book.open;
  if (partCount + hints.length + reports.length === 0) return;
  for (const hint of hints) {
    const uri = toTagUri(hint);
    if (uri !== null) emit(draft, { kind: "drop-hint", rendition: book.path, uri });
  }
  const closed = partCount === 0 ? book : toClosed(draft, book);
  setRendition(draft, { ...closed, open: emptyOpen, seq: closed.seq + 1 });
}

/** Parts of segments may be listed only while the next one is being made: players count on it. */
export function applyQuiet(draft: Draft): void {
  for (const book of draft.ledger.renditions.values()) {
    if (book.open.partCount + book.open.hints.length > 0) continue;
    const store = dropParts(book.store);
    if (store !== book.store) setRendition(draft, { ...book, store });
  }
}

function toClosed(draft: Draft, book: RenditionBook): RenditionBook {
  const start = draft.ledger.start as ChannelStart;
  const { open, tail, path, timeline } = book;
  const partLines = open.lines.filter((line) => line.startsWith("#EXT-X-PART:"));
  const { settings, unwatched = [] } = draft.ledger;
  // Of what nobody watched no cache has the parts, and the origin may be gone.
  const isWhole = settings.assembleParts && !open.hasGapPart && !unwatched.includes(path);
  const name = `${tail.nextMsn}${toExtension(partLines[0])}`;
  const uri = toMadeUri(path, timeline, isWhole ? "@parts" : "@gap", name);
  const gap = isWhole ? [] : ["#EXT-X-GAP"];
  const lines = [...open.lines, ...gap, `#EXTINF:${printSeconds(open.partSeconds)},`, uri];
  const { nextMsn: msn, dsn, state, endMs: dateMs } = tail;
  const place = { msn, dsn, state, dateMs, rangeTail: null };
  const [block] = readBlocks(`${lines.join("\n")}\n`, 0, place).blocks;
  if (block === undefined) return book;
  if (isWhole) {
    const parts = partLines.map(toAssembledPart);
    emit(draft, { kind: "assemble", rendition: path, timeline, msn, uri, parts });
  }
  const reason = isWhole ? "segment-closed-from-parts" : "segment-closed-as-gap";
  const inputs = { msn, parts: open.partCount, seconds: open.partSeconds };
  note(draft, reason, { rendition: path }, inputs);
  const { durationSeconds } = block;
  return {
    ...book,
    version: Math.max(book.version, isWhole ? 3 : GAP_VERSION),
    store: appendBlocks(book.store, [toCanonicalBlock(block)], 3 * start.targetDurationSeconds),
    tail: {
      ...tail,
      nextMsn: msn + 1,
      dsn: block.dsn,
      state: block.state,
      endMs: block.dateMs === null ? null : block.dateMs + durationSeconds * 1000,
      publishedAtMs: tail.publishedAtMs + durationSeconds * 1000,
    },
    source: { ...book.source, atSeam: false },
  };
}

function toAssembledPart(line: string): AssembledPart {
  return { uri: toTagUri(line) ?? "", byteRange: toPartRange(line) };
}

/** The parts' own extension, so that the media type stays the same. */
function toExtension(line: string | undefined): string {
  const uri = line === undefined ? null : toTagUri(line);
  return /\.[A-Za-z0-9]{1,5}(?=$|[?#])/.exec(uri ?? "")?.[0] ?? "";
}
