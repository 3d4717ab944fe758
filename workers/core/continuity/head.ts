// The head of a canonical playlist: the lines that the channel's first origin wrote, in their
// order, with marks where the ledger prints its own values. TARGETDURATION, SERVER-CONTROL and
// PART-INF are the channel's, the same in all its playlists and fixed when it starts (bis-22
// sections 4.4.3.1, 6.2.1 and 6.2.4).

import type { ChannelStart } from "./ledger.ts";
import { toTagName } from "./tag-lines.ts";

/** A line that begins with U+0000 is no line but a mark; parsePlaylist accepts no such letter. */
const mark = {
  version: "\0version",
  target: "\0target",
  control: "\0control",
  parts: "\0parts",
  media: "\0media",
  discontinuity: "\0discontinuity",
  /** Was written by the origin also when it was 0. */
  discontinuityAlways: "\0discontinuity-always",
} as const;

const marks: ReadonlyMap<string, string> = new Map([
  ["EXT-X-VERSION", mark.version],
  ["EXT-X-TARGETDURATION", mark.target],
  ["EXT-X-SERVER-CONTROL", mark.control],
  ["EXT-X-PART-INF", mark.parts],
  ["EXT-X-MEDIA-SEQUENCE", mark.media],
  ["EXT-X-DISCONTINUITY-SEQUENCE", mark.discontinuityAlways],
]);

const dropped: ReadonlySet<string> = new Set([
  "EXTM3U",
  "EXT-X-PLAYLIST-TYPE",
  "EXT-X-ENDLIST",
  "EXT-X-SKIP",
]);

/** The head of a rendition from the lines of its first version. */
export function toHead(lines: readonly string[]): readonly string[] {
  const head: string[] = [];
  for (const line of lines) {
    const name = toTagName(line);
    if (dropped.has(name)) continue;
    const own = marks.get(name) ?? line;
    if (!own.startsWith("\0") || !head.includes(own)) head.push(own);
  }
  const insert = (own: string, behind: string | null) => {
    if (head.includes(own)) return;
    const at = behind === null ? 0 : head.indexOf(behind) + 1;
    head.splice(at, 0, own);
  };
  insert(mark.version, null);
  insert(mark.target, mark.version);
  insert(mark.media, mark.target);
  insert(mark.control, mark.target);
  insert(mark.parts, mark.control);
  if (!head.includes(mark.discontinuityAlways)) insert(mark.discontinuity, mark.media);
  return head;
}

export interface HeadValues {
  readonly version: number;
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
}

export function printHead(
  head: readonly string[],
  start: ChannelStart,
  values: HeadValues,
): readonly string[] {
  const lines = ["#EXTM3U"];
  for (const line of head) {
    const printed = line.startsWith("\0") ? printMark(line, start, values) : line;
    if (printed !== null) lines.push(printed);
  }
  if (start.isEvent) lines.push("#EXT-X-PLAYLIST-TYPE:EVENT");
  return lines;
}

function printMark(line: string, start: ChannelStart, values: HeadValues): string | null {
  switch (line) {
    case mark.version:
      return values.version > 1 ? `#EXT-X-VERSION:${values.version}` : null;
    case mark.target:
      return `#EXT-X-TARGETDURATION:${start.targetDurationSeconds}`;
    case mark.control:
      return start.serverControl;
    case mark.parts:
      return start.partInf;
    case mark.media:
      return `#EXT-X-MEDIA-SEQUENCE:${values.mediaSequence}`;
    case mark.discontinuity:
      if (values.discontinuitySequence === 0) return null;
      return `#EXT-X-DISCONTINUITY-SEQUENCE:${values.discontinuitySequence}`;
    default:
      return `#EXT-X-DISCONTINUITY-SEQUENCE:${values.discontinuitySequence}`;
  }
}

/** The EXT-X-DEFINE lines of a head: what variables mean may not differ between timelines. */
export function toDefines(lines: readonly string[]): string {
  return lines.filter((line) => toTagName(line) === "EXT-X-DEFINE").join("\n");
}

export function findLine(lines: readonly string[], name: string): string | null {
  return lines.find((line) => toTagName(line) === name) ?? null;
}
