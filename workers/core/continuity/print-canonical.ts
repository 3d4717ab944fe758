// The canonical playlists as text: what every viewer of the channel gets, before viewers' own
// edits. Blocks are printed as they were announced; only tags in effect at the front of the window
// are added to its first block, because the ones that set them have left with their segments.

import { listTexts } from "./block-store.ts";
import { printDateLine, toCarriedLines } from "./carried-lines.ts";
import { printHead } from "./head.ts";
import type { Ledger } from "./ledger.ts";
import type { RenditionBook } from "./rendition-book.ts";
import { toFrontMsn } from "./rendition-book.ts";
import { toFrontDateMs } from "./window.ts";

/**
 * Segments that show their parts. The standard says three target durations (bis-22 section 6.2.2),
 * and strict readers count segments.
 */
const PARTS_BLOCKS_MAX = 3;

/** The media playlist of a rendition; null as long as nothing of it was announced. */
export function printCanonical(ledger: Ledger, rendition: string): string | null {
  const book = ledger.renditions.get(rendition);
  const { start } = ledger;
  if (book === undefined || start === null) return null;
  if (book.store.count === 0) return null;
  const partsSeconds = 3 * start.targetDurationSeconds;
  const { lines, hints, reports } = book.open;
  const isOpen = lines.length + hints.length > 0;
  const behind = partsSeconds - book.open.partSeconds;
  const texts = listTexts(book.store, behind, PARTS_BLOCKS_MAX - (isOpen ? 1 : 0));
  const hasEnded = ledger.end.kind === "ended" && book.endSeen;
  const head = printHead(book.head, start, {
    version: book.version,
    mediaSequence: toFrontMsn(book),
    discontinuitySequence: book.front.dsn,
  });
  const dated = toFrontDateMs(book) === null ? [] : book.dateRanges;
  const ranges = dated.filter(({ isListed }) => isListed).map(({ line }) => line);
  const front = toFrontLines(book, texts[0] ?? "");
  const tail = hasEnded ? ["#EXT-X-ENDLIST"] : [...lines, ...hints, ...reports];
  return `${printLines([...head, ...ranges, ...front])}${texts.join("")}${printLines(tail)}`;
}

function printLines(lines: readonly string[]): string {
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** What the first block needs in front of it. */
function toFrontLines(book: RenditionBook, text: string): readonly string[] {
  const first = text.slice(0, text.search(/^[^#\n]/m) + 1).split("\n");
  const carried = toCarriedLines(book.front.state, first);
  const hasDate = first.some((line) => line.startsWith("#EXT-X-PROGRAM-DATE-TIME:"));
  const date = hasDate ? null : printDateLine(toFrontDateMs(book));
  return date === null ? carried : [...carried, date];
}

/** The multivariant playlist; null as long as none was read. */
export function printCanonicalMultivariant(ledger: Ledger): string | null {
  return ledger.multivariant?.text ?? null;
}
