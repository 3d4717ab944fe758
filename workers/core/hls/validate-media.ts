// The rules for media playlists (RFC 8216bis-22 sections 4.4.3 to 4.4.5 and 6.2; Apple's authoring
// specification for live streams).

import type { Attributes } from "./attribute-list.ts";
import { parseDecimalAttribute, parseStringAttribute } from "./attribute-list.ts";
import { parseDateTime } from "./date-time.ts";
import type { MediaPlaylist, Part, Segment } from "./playlist.ts";
import type { Report, TagLine } from "./validate-rules.ts";

export function decideMediaFindings(
  playlist: MediaPlaylist,
  tags: readonly TagLine[],
  report: Report,
): void {
  const segments = playlist.segments();
  const toLine = (name: string) => tags.find((tag) => tag.name === name)?.line ?? 1;
  reportDurations(playlist, segments, toLine, report);
  reportWindow(playlist, segments, tags, report);
  reportSequences(tags, segments, report);
  reportServerControl(playlist, toLine, report);
  reportParts(playlist, segments, report);
  reportRanges(tags, segments, report);
  reportKeys(tags, report);
  reportDateRanges(tags, report);
  reportHints(playlist, tags, report);
}

type ToLine = (name: string) => number;

function reportDurations(
  playlist: MediaPlaylist,
  segments: readonly Segment[],
  toLine: ToLine,
  report: Report,
): void {
  const target = playlist.targetDurationSeconds;
  if (!Number.isInteger(target) || target < 1) {
    report("target-duration-not-integer", toLine("EXT-X-TARGETDURATION"), `${target}`);
  }
  // In a list of I-frames EXTINF is the time to the next I-frame, under the same bound.
  for (const { durationSeconds, line } of segments) {
    if (Math.round(durationSeconds) <= target) continue;
    report("duration-above-target", line, `${durationSeconds} s, the target is ${target} s.`);
  }
}

function reportWindow(
  playlist: MediaPlaylist,
  segments: readonly Segment[],
  tags: readonly TagLine[],
  report: Report,
): void {
  const isLive = !playlist.ended && playlist.playlistType !== "VOD";
  if (playlist.playlistType === "VOD" && !playlist.ended) {
    report("vod-without-end", 1, "PLAYLIST-TYPE is VOD, but EXT-X-ENDLIST is missing.");
  }
  if (!isLive || playlist.skippedSegmentCount > 0) return;
  const least = 3 * playlist.targetDurationSeconds;
  const hasSlid = playlist.mediaSequence > 0;
  // A stream that just began is short without fault.
  if (hasSlid && playlist.totalDurationSeconds < least) {
    report("window-too-short", 1, `${playlist.totalDurationSeconds} s, at least ${least} s.`);
  }
  if (hasSlid && segments.length < 6) {
    report("few-segments", 1, `${segments.length} segments, six are advised.`);
  }
  if (segments.length > 0 && !tags.some((tag) => tag.name === "EXT-X-PROGRAM-DATE-TIME")) {
    report("live-without-date", 1, "A live playlist without EXT-X-PROGRAM-DATE-TIME.");
  }
}

function reportSequences(
  tags: readonly TagLine[],
  segments: readonly Segment[],
  report: Report,
): void {
  const firstSegment = segments[0]?.line ?? Number.POSITIVE_INFINITY;
  const firstCut = tags.find((tag) => tag.name === "EXT-X-DISCONTINUITY")?.line;
  for (const { name, line } of tags) {
    const isSequence = name === "EXT-X-MEDIA-SEQUENCE";
    const isCutSequence = name === "EXT-X-DISCONTINUITY-SEQUENCE";
    if (!isSequence && !isCutSequence) continue;
    const bound = isCutSequence ? Math.min(firstSegment, firstCut ?? firstSegment) : firstSegment;
    if (line > bound) report("sequence-behind-segment", line, `${name} comes too late.`);
  }
}

function reportServerControl(playlist: MediaPlaylist, toLine: ToLine, report: Report): void {
  const { targetDurationSeconds: target, partTargetSeconds: partTarget } = playlist;
  const { holdBackSeconds, partHoldBackSeconds, canSkipUntilSeconds } = playlist;
  const line = toLine("EXT-X-SERVER-CONTROL");
  if (holdBackSeconds !== null && isBelow(holdBackSeconds, 3 * target)) {
    report("hold-back-too-short", line, `HOLD-BACK ${holdBackSeconds}, at least ${3 * target}.`);
  }
  if (canSkipUntilSeconds !== null && isBelow(canSkipUntilSeconds, 6 * target)) {
    const detail = `CAN-SKIP-UNTIL ${canSkipUntilSeconds}, at least ${6 * target}.`;
    report("skip-boundary-too-short", line, detail);
  }
  if (playlist.canSkipDateRanges && canSkipUntilSeconds === null) {
    report("skip-date-ranges-without-boundary", line, "CAN-SKIP-UNTIL is missing.");
  }
  if (partTarget === null) return;
  if (partHoldBackSeconds === null) {
    report("part-hold-back-missing", line, "EXT-X-PART-INF needs PART-HOLD-BACK.");
  } else if (isBelow(partHoldBackSeconds, 2 * partTarget)) {
    report("part-hold-back-too-short", line, `${partHoldBackSeconds} s, parts of ${partTarget} s.`);
  } else if (isBelow(partHoldBackSeconds, 3 * partTarget)) {
    report("part-hold-back-short", line, `${partHoldBackSeconds} s, parts of ${partTarget} s.`);
  }
}

/** Decimals of packagers are rounded: a microsecond is no breach. */
function isBelow(value: number, least: number): boolean {
  return value < least - 1e-6;
}

function reportParts(playlist: MediaPlaylist, segments: readonly Segment[], report: Report): void {
  const groups: (readonly Part[])[] = segments.map(({ parts }) => parts);
  const firstPart = [...groups, playlist.openParts()].find((parts) => parts.length > 0)?.[0];
  if (firstPart === undefined) return;
  const target = playlist.partTargetSeconds;
  if (target === null) {
    report("part-without-part-inf", firstPart.line, "EXT-X-PART-INF is missing.");
    return;
  }
  for (const [group, parts] of [...groups, playlist.openParts()].entries()) {
    for (const [index, part] of parts.entries()) {
      const { durationSeconds: seconds, line } = part;
      if (seconds > target + 1e-6) {
        report("part-above-target", line, `${seconds} s, the target is ${target} s.`);
      }
      const isLast = index === parts.length - 1;
      const mayBeShort = part.independent || part.gap || isLast || parts[index + 1]?.gap === true;
      if (!mayBeShort && group <= groups.length && isBelow(seconds, 0.85 * target)) {
        report("part-too-short", line, `${seconds} s, at least 85 % of ${target} s.`);
      }
    }
  }
}

function reportRanges(
  tags: readonly TagLine[],
  segments: readonly Segment[],
  report: Report,
): void {
  for (const { byteRange, line } of segments) {
    if (byteRange === null || byteRange.offsetBytes !== null) continue;
    report("byte-range-without-offset", line, "No range of the same resource stands before it.");
  }
  for (const { name, line, attributes } of tags) {
    if (name !== "EXT-X-MAP") continue;
    const range = parseStringAttribute(attributes, "BYTERANGE");
    if (range !== null && !range.includes("@")) {
      report("map-byte-range-without-offset", line, range);
    }
  }
}

function reportKeys(tags: readonly TagLine[], report: Report): void {
  for (const { name, line, attributes } of tags) {
    if (name !== "EXT-X-KEY") continue;
    const isNone = attributes.get("METHOD") === "NONE";
    if (isNone && attributes.size > 1) {
      report("key-none-with-attributes", line, [...attributes.keys()].join(" "));
    }
    if (!isNone && !attributes.has("URI")) report("key-without-uri", line, "URI is missing.");
    const iv = attributes.get("IV");
    if (iv !== undefined && /^0[xX]/.test(iv) && iv.length > 34) {
      report("key-iv-length", line, `${iv.length - 2} digits, at most 32.`);
    }
  }
}

function reportDateRanges(tags: readonly TagLine[], report: Report): void {
  const ranges = tags.filter((tag) => tag.name === "EXT-X-DATERANGE");
  const first = ranges[0];
  if (first === undefined) return;
  if (!tags.some((tag) => tag.name === "EXT-X-PROGRAM-DATE-TIME")) {
    report("date-range-without-date", first.line, "EXT-X-PROGRAM-DATE-TIME is missing.");
  }
  const known = new Map<string, Map<string, string>>();
  for (const { line, attributes } of ranges) {
    const id = parseStringAttribute(attributes, "ID") ?? "";
    const earlier = known.get(id);
    const all = earlier ?? new Map<string, string>();
    reportDateRange(line, attributes, earlier === undefined, report);
    for (const [name, raw] of attributes) {
      const before = all.get(name);
      if (before === undefined) all.set(name, raw);
      if (before !== undefined && before !== raw)
        report("date-range-changed", line, `${id} ${name}`);
    }
    known.set(id, all);
  }
}

function reportDateRange(
  line: number,
  attributes: Attributes,
  isFirst: boolean,
  report: Report,
): void {
  const start = parseDateTime(parseStringAttribute(attributes, "START-DATE") ?? "");
  const end = parseDateTime(parseStringAttribute(attributes, "END-DATE") ?? "");
  const duration = parseDecimalAttribute(attributes, "DURATION");
  if (isFirst && !attributes.has("START-DATE")) {
    report("date-range-start-missing", line, "START-DATE is missing.");
  }
  if (start !== null && end !== null && end < start) {
    report("date-range-end-before-start", line, "END-DATE lies before START-DATE.");
  }
  if (start !== null && end !== null && duration !== null && duration >= 0) {
    const differs = Math.abs(start + duration * 1000 - end) > 1;
    if (differs)
      report("date-range-duration-mismatch", line, "DURATION does not lead to END-DATE.");
  }
  if (!attributes.has("END-ON-NEXT")) return;
  if (!attributes.has("CLASS") || attributes.has("DURATION") || attributes.has("END-DATE")) {
    report("date-range-end-on-next", line, "END-ON-NEXT needs CLASS, no DURATION, no END-DATE.");
  }
}

function reportHints(playlist: MediaPlaylist, tags: readonly TagLine[], report: Report): void {
  const types = new Set<string>();
  for (const { name, line, attributes } of tags) {
    if (name === "EXT-X-PRELOAD-HINT") {
      const type = attributes.get("TYPE") ?? "";
      if (playlist.ended) report("hint-in-ended-playlist", line, "The playlist has ended.");
      if (types.has(type)) report("hint-twice", line, `Two hints of type ${type}.`);
      types.add(type);
    } else if (name === "EXT-X-RENDITION-REPORT") {
      const uri = parseStringAttribute(attributes, "URI") ?? "";
      if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(uri)) report("report-uri-absolute", line, uri);
    }
  }
}
