// The playlists of the demo, as text: multivariant, live window, VOD (RFC 8216, version 7).
//
// Total functions of measured facts: EXTINF is the true duration of the media, BANDWIDTH the
// measured peak, PROGRAM-DATE-TIME the moment the clock gives. The audio-only rendition is an
// ordinary variant, listed last, for viewers whose line carries no picture.
// They know nothing about HTTP and decide nothing about which segments exist.

import type { Rendition, RenditionFacts } from "./media-library.ts";
import type { ChannelClock, SegmentWindow } from "./segment-clock.ts";
import { toSegmentPlace } from "./segment-clock.ts";
import { printInitName, printSegmentName, type SegmentNaming } from "./segment-naming.ts";

/** A live channel's way of counting and naming. */
export interface LiveScheme {
  readonly clock: ChannelClock;
  readonly naming: SegmentNaming;
}

export function printMultivariant(
  renditions: readonly RenditionFacts[],
  toUri: (facts: RenditionFacts) => string,
): string {
  const lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"];
  for (const facts of renditions) {
    const attributes = [
      `BANDWIDTH=${facts.bandwidth}`,
      `AVERAGE-BANDWIDTH=${facts.averageBandwidth}`,
      `CODECS="${facts.codecs}"`,
    ];
    const { resolution, frameRate } = facts;
    if (resolution) attributes.push(`RESOLUTION=${resolution.width}x${resolution.height}`);
    if (frameRate !== undefined) attributes.push(`FRAME-RATE=${frameRate.toFixed(3)}`);
    lines.push(`#EXT-X-STREAM-INF:${attributes.join(",")}`, toUri(facts));
  }
  return print(lines);
}

/** The sliding window of one rendition; an empty window gives a list without segments. */
export function printLivePlaylist(
  rendition: Rendition,
  scheme: LiveScheme,
  window: SegmentWindow,
): string {
  const { clock, naming } = scheme;
  const lines = printHead(rendition.facts);
  lines.push(`#EXT-X-MEDIA-SEQUENCE:${window.firstMsn}`);
  lines.push(`#EXT-X-MAP:URI="${printInitName(naming)}"`);
  for (let msn = window.firstMsn; msn <= window.lastMsn; msn += 1) {
    const { indexInLoop } = toSegmentPlace(clock, msn);
    const startMs = toStartMs(rendition.facts, clock, msn);
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(startMs).toISOString()}`);
    lines.push(printExtinf(rendition.facts, indexInLoop), printSegmentName(naming, msn));
  }
  return print(lines);
}

/** The whole loop once, as VOD; segments are named by their index. */
export function printVodPlaylist(facts: RenditionFacts): string {
  const lines = printHead(facts);
  lines.push("#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD");
  if (facts.kind !== "mpegts") lines.push(`#EXT-X-MAP:URI="init.mp4"`);
  const extension = facts.kind === "mpegts" ? "ts" : "m4s";
  for (const index of facts.segments.keys()) {
    lines.push(printExtinf(facts, index), `${index}.${extension}`);
  }
  lines.push("#EXT-X-ENDLIST");
  return print(lines);
}

/** Where the media of a segment really starts: AAC frames do not divide 2 s, so audio wobbles. */
function toStartMs(facts: RenditionFacts, clock: ChannelClock, msn: number): number {
  const place = toSegmentPlace(clock, msn);
  const startTicks = facts.segments[place.indexInLoop]?.startTicks ?? 0;
  const inLoopMs = (startTicks * 1000) / facts.timescale;
  return Math.round(place.startMs - place.indexInLoop * clock.segmentMs + inLoopMs);
}

function printHead(facts: RenditionFacts): string[] {
  const longestTicks = Math.max(...facts.segments.map((segment) => segment.durationTicks));
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    `#EXT-X-TARGETDURATION:${Math.round(longestTicks / facts.timescale)}`,
  ];
}

function printExtinf(facts: RenditionFacts, index: number): string {
  const ticks = facts.segments[index]?.durationTicks ?? 0;
  return `#EXTINF:${(ticks / facts.timescale).toFixed(6)},`;
}

function print(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
