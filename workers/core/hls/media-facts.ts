// A media playlist as a value: what a walk has learnt, given the names that the rest of the house
// uses. A class only for the sake of one fact: the date of the last segment costs as much to read
// as three lines, and few ask for it, so it is read when asked for.

import { parseDateSpan } from "./date-time.ts";
import { seekLineFeed, toLineEnd } from "./lines.ts";
import type { MediaPlaylist, Part, Segment } from "./playlist.ts";
import type { Scan } from "./scan.ts";
import { toSlots } from "./scan.ts";
import type { SegmentsStart } from "./segments.ts";
import { toOpenParts, toSegments } from "./segments.ts";

export class MediaFacts implements MediaPlaylist {
  readonly kind = "media";
  readonly text: string;
  readonly bytes: Uint8Array | null;
  readonly lineCount: number;
  readonly slots: readonly number[];
  readonly version: number;
  readonly targetDurationSeconds: number;
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
  readonly playlistType: "VOD" | "EVENT" | null;
  readonly ended: boolean;
  readonly iframesOnly: boolean;
  readonly imagesOnly: boolean;
  readonly segmentCount: number;
  readonly skippedSegmentCount: number;
  readonly discontinuityCount: number;
  readonly lastMsn: number;
  readonly lastPart: number | null;
  readonly partCount: number;
  readonly partTargetSeconds: number | null;
  readonly canBlockReload: boolean;
  readonly canSkipUntilSeconds: number | null;
  readonly canSkipDateRanges: boolean;
  readonly holdBackSeconds: number | null;
  readonly partHoldBackSeconds: number | null;
  readonly totalDurationSeconds: number;
  readonly lastSegmentDurationSeconds: number | null;
  private readonly firstListedMsn: number;
  private readonly dateStart: number;
  private readonly dateElapsedSeconds: number;

  constructor(scan: Scan, bytes: Uint8Array | null) {
    const { text, mediaSequence, discontinuitySequence } = scan;
    const firstListedMsn = mediaSequence + scan.skippedSegmentCount;
    this.text = text;
    this.bytes = bytes;
    this.lineCount = scan.line;
    this.slots = toSlots(scan);
    this.version = scan.version === 0 ? 1 : scan.version;
    this.targetDurationSeconds = scan.targetDurationSeconds;
    this.mediaSequence = mediaSequence;
    this.discontinuitySequence = discontinuitySequence;
    this.playlistType = scan.playlistType;
    this.ended = scan.ended;
    this.iframesOnly = scan.iframesOnly;
    this.imagesOnly = scan.imagesOnly;
    this.segmentCount = scan.segmentCount;
    this.skippedSegmentCount = scan.skippedSegmentCount;
    this.discontinuityCount = scan.discontinuityCount;
    this.lastMsn = firstListedMsn + (scan.segmentCount - 1);
    this.lastPart = scan.openPartCount > 0 ? scan.openPartCount - 1 : null;
    this.partCount = scan.partCount;
    this.partTargetSeconds = scan.partTargetSeconds;
    this.canBlockReload = scan.canBlockReload;
    this.canSkipUntilSeconds = scan.canSkipUntilSeconds;
    this.canSkipDateRanges = scan.canSkipDateRanges;
    this.holdBackSeconds = scan.holdBackSeconds;
    this.partHoldBackSeconds = scan.partHoldBackSeconds;
    this.totalDurationSeconds = scan.totalDurationSeconds;
    this.lastSegmentDurationSeconds = scan.segmentCount === 0 ? null : scan.lastDurationSeconds;
    this.firstListedMsn = firstListedMsn;
    this.dateStart = scan.dateStart;
    this.dateElapsedSeconds = scan.dateElapsedSeconds;
  }

  segments(): readonly Segment[] {
    return toSegments(this.toStart());
  }

  openParts(): readonly Part[] {
    return toOpenParts(this.toStart());
  }

  private toStart(): SegmentsStart {
    const { text, firstListedMsn, discontinuitySequence } = this;
    return { text, firstListedMsn, discontinuitySequence };
  }

  get lastProgramDateTimeMs(): number | null {
    const { text, dateStart } = this;
    if (dateStart < 0) return null;
    const end = toLineEnd(text, dateStart, seekLineFeed(text, dateStart));
    const dateMs = parseDateSpan(text, dateStart, end);
    return dateMs === null ? null : dateMs + this.dateElapsedSeconds * 1000;
  }
}
