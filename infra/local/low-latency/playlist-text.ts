// The playlists of the low-latency channel, as text (RFC 8216bis-22, version 9).
//
// Total functions of measured facts and of the live edge: PART durations are those of the media,
// the hint is the next part, wherever the segment rolls over, and a report tells of every other
// rendition where it stands, which is the same place for all. A delta leaves out what lies further
// back than the skip boundary (section 6.2.5.1). An origin without parts prints the same segments
// and nothing of all this. They know no HTTP and decide nothing about what exists.

import { type ChannelClock, toSegmentPlace } from "../demo/segment-clock.ts";
import { printInitName, printSegmentName, type SegmentNaming } from "../demo/segment-naming.ts";
import { type LiveEdge, PARTS_PER_SEGMENT, toFirstMsn } from "./part-clock.ts";
import type { PartLadder, PartRendition } from "./part-ladder.ts";

export interface PartScheme {
  readonly clock: ChannelClock;
  readonly naming: SegmentNaming;
  /** Without them it is an ordinary origin: no parts, no promises. */
  readonly hasParts: boolean;
}

/** With the open one these are the last three target durations (section 6.2.2). */
const CLOSED_PART_SEGMENTS_LISTED = 2;
/** The least that the standard allows, in target durations (section 4.4.3.8). */
const SKIP_BOUNDARY_TARGETS = 6;
const HOLD_BACK_TARGETS = 3;
/** Apple's authoring specification asks for three; a little more spares players a stall. */
const PART_HOLD_BACK_PARTS = 3.5;

export function toTargetSeconds({ segmentSeconds }: PartLadder): number {
  return Math.round(segmentSeconds);
}

export function printPartMultivariant({ videos, audio }: PartLadder): string {
  const lines = ["#EXTM3U", "#EXT-X-VERSION:9", "#EXT-X-INDEPENDENT-SEGMENTS"];
  const sound = 'NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2"';
  const uri = `URI="${audio.name}/index.m3u8"`;
  lines.push(`#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",${sound},${uri}`);
  for (const video of videos) {
    const attributes = [
      `BANDWIDTH=${toPeakBandwidth(video) + toPeakBandwidth(audio)}`,
      `CODECS="${video.codecs},${audio.codecs}"`,
    ];
    const { resolution, frameRate } = video;
    if (resolution) attributes.push(`RESOLUTION=${resolution.width}x${resolution.height}`);
    if (frameRate !== null) attributes.push(`FRAME-RATE=${frameRate.toFixed(3)}`);
    lines.push(`#EXT-X-STREAM-INF:${attributes.join(",")},AUDIO="sound"`);
    lines.push(`${video.name}/index.m3u8`);
  }
  return print(lines);
}

/** The window of one rendition; `isDelta` leaves out what a player with half the boundary has. */
export function printPartPlaylist(
  ladder: PartLadder,
  rendition: PartRendition,
  scheme: PartScheme,
  edge: LiveEdge,
  isDelta: boolean,
): string {
  const { clock, naming, hasParts } = scheme;
  const firstMsn = toFirstMsn(clock, edge);
  const lines = printHead(ladder, scheme);
  lines.push(`#EXT-X-MEDIA-SEQUENCE:${firstMsn}`);
  const skipped = isDelta ? toSkippedCount(ladder, scheme, edge) : 0;
  // The tags of skipped segments go with them, and the init section stands before the first one.
  if (skipped > 0) lines.push(`#EXT-X-SKIP:SKIPPED-SEGMENTS=${skipped}`);
  else lines.push(`#EXT-X-MAP:URI="${printInitName(naming)}"`);
  for (let msn = firstMsn + skipped; msn < edge.msn; msn += 1) {
    lines.push(printDate(rendition, clock, msn));
    const areListed = hasParts && msn >= edge.msn - CLOSED_PART_SEGMENTS_LISTED;
    if (areListed) lines.push(...printParts(rendition, scheme, msn, PARTS_PER_SEGMENT));
    lines.push(printExtinf(rendition, clock, msn), printSegmentName(naming, msn));
  }
  if (!hasParts) return print(lines);
  if (edge.partCount > 0) {
    lines.push(printDate(rendition, clock, edge.msn));
    lines.push(...printParts(rendition, scheme, edge.msn, edge.partCount));
  }
  const hinted = printPartName(naming, edge.msn, edge.partCount);
  lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${hinted}"`);
  const others = [...ladder.videos, ladder.audio].filter((each) => each !== rendition);
  return print([...lines, ...others.map((other) => printReport(other, edge))]);
}

/** How many segments of the window a delta leaves out. */
export function toSkippedCount(ladder: PartLadder, scheme: PartScheme, edge: LiveEdge): number {
  if (!scheme.hasParts) return 0;
  const firstMsn = toFirstMsn(scheme.clock, edge);
  const boundarySeconds = SKIP_BOUNDARY_TARGETS * toTargetSeconds(ladder);
  const openSeconds = (edge.partCount * ladder.segmentSeconds) / PARTS_PER_SEGMENT;
  // A segment that ends just at the boundary is not further back than it.
  const keptCount = Math.floor((boundarySeconds - openSeconds) / ladder.segmentSeconds) + 1;
  return Math.max(0, edge.msn - firstMsn - keptCount);
}

export function printPartName(naming: SegmentNaming, msn: number, part: number): string {
  return printSegmentName(naming, msn).replace(/\.m4s$/, `.${part}.m4s`);
}

function printHead(ladder: PartLadder, { hasParts }: PartScheme): string[] {
  const targetSeconds = toTargetSeconds(ladder);
  const lines = [
    "#EXTM3U",
    `#EXT-X-VERSION:${hasParts ? 9 : 7}`,
    "#EXT-X-INDEPENDENT-SEGMENTS",
    `#EXT-X-TARGETDURATION:${targetSeconds}`,
  ];
  if (!hasParts) return lines;
  const control = [
    "CAN-BLOCK-RELOAD=YES",
    `CAN-SKIP-UNTIL=${(SKIP_BOUNDARY_TARGETS * targetSeconds).toFixed(1)}`,
    `HOLD-BACK=${(HOLD_BACK_TARGETS * targetSeconds).toFixed(1)}`,
    `PART-HOLD-BACK=${(PART_HOLD_BACK_PARTS * ladder.partTargetSeconds).toFixed(3)}`,
  ];
  lines.push(`#EXT-X-SERVER-CONTROL:${control.join(",")}`);
  lines.push(`#EXT-X-PART-INF:PART-TARGET=${ladder.partTargetSeconds.toFixed(3)}`);
  return lines;
}

function printParts(
  rendition: PartRendition,
  { clock, naming }: PartScheme,
  msn: number,
  count: number,
): string[] {
  const { indexInLoop } = toSegmentPlace(clock, msn);
  const parts = rendition.segments[indexInLoop]?.parts.slice(0, count) ?? [];
  return parts.map(({ ticks, isIndependent }, index) => {
    const seconds = (ticks / rendition.timescale).toFixed(6);
    const uri = printPartName(naming, msn, index);
    const independence = isIndependent ? ",INDEPENDENT=YES" : "";
    return `#EXT-X-PART:DURATION=${seconds},URI="${uri}"${independence}`;
  });
}

function printExtinf({ segments, timescale }: PartRendition, clock: ChannelClock, msn: number) {
  const { indexInLoop } = toSegmentPlace(clock, msn);
  const parts = segments[indexInLoop]?.parts ?? [];
  const ticks = parts.reduce((sum, part) => sum + part.ticks, 0);
  return `#EXTINF:${(ticks / timescale).toFixed(6)},`;
}

/** Where the media really starts: sound does not divide into two seconds, so it wobbles. */
function printDate({ segments, timescale }: PartRendition, clock: ChannelClock, msn: number) {
  const { indexInLoop, startMs } = toSegmentPlace(clock, msn);
  const inLoopMs = ((segments[indexInLoop]?.startTicks ?? 0) * 1000) / timescale;
  const ms = Math.round(startMs - indexInLoop * clock.segmentMs + inLoopMs);
  return `#EXT-X-PROGRAM-DATE-TIME:${new Date(ms).toISOString()}`;
}

/** All renditions stand at the same part; just behind a segment's end that is its last one. */
function printReport({ name }: PartRendition, { msn, partCount }: LiveEdge): string {
  const [lastMsn, lastPart] =
    partCount > 0 ? [msn, partCount - 1] : [msn - 1, PARTS_PER_SEGMENT - 1];
  const place = `LAST-MSN=${lastMsn},LAST-PART=${lastPart}`;
  return `#EXT-X-RENDITION-REPORT:URI="../${name}/index.m3u8",${place}`;
}

/** Bits per second of the densest segment, as RFC 8216bis-22 section 4.4.6.2 defines the peak. */
function toPeakBandwidth({ segments, timescale }: PartRendition): number {
  const rates = segments.map(({ byteSize, parts }) => {
    const ticks = parts.reduce((sum, part) => sum + part.ticks, 0);
    return (byteSize * 8 * timescale) / ticks;
  });
  return Math.ceil(Math.max(...rates));
}

function print(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
