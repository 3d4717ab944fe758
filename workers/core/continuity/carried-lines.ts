// The tags that a block needs in front of it because those who set them are not in front of it any
// more: they left the window, or stand in another timeline (bis-22 sections 4.4.4.4, 4.4.4.5 and
// 4.4.4.8). Order matters: an init section is encrypted by the keys that stand before it.

import { parseStringAttribute } from "../hls/attribute-list.ts";
import type { RawBlock, TagState } from "./raw-block.ts";
import { toAttributes, toKeyTag, toTagName } from "./tag-lines.ts";

export const noKeyLine = "#EXT-X-KEY:METHOD=NONE";

/** What `state` has set and the block with these lines does not set itself. */
export function toCarriedLines(state: TagState, lines: readonly string[]): readonly string[] {
  const names = new Set(lines.map(toTagName));
  const tags: string[] = [];
  if (state.map !== null && !names.has("EXT-X-MAP")) {
    tags.push(...state.mapKeys.map((key) => key.line), state.map);
    const isKept = state.mapKeys.every((key) => state.keys.some(({ line }) => line === key.line));
    if (!isKept) tags.push(noKeyLine);
    const given = new Set(isKept ? state.mapKeys.map((key) => key.line) : []);
    tags.push(...state.keys.map((key) => key.line).filter((line) => !given.has(line)));
  } else {
    // Up to an init section of its own the old keys hold.
    const mapAt = lines.findIndex((line) => toTagName(line) === "EXT-X-MAP");
    const own = toOwnFormats(mapAt < 0 ? lines : lines.slice(0, mapAt));
    const needed = own.has("") ? [] : state.keys.filter(({ format }) => !own.has(format));
    tags.push(...needed.map((key) => key.line));
  }
  if (state.bitrate !== null && !names.has("EXT-X-BITRATE")) tags.push(state.bitrate);
  return tags;
}

/** Key formats that the block sets itself; "" for METHOD=NONE. */
function toOwnFormats(lines: readonly string[]): ReadonlySet<string> {
  const keys = lines.filter((line) => toTagName(line) === "EXT-X-KEY");
  return new Set(keys.map((line) => toKeyTag(line)?.format ?? ""));
}

export interface SeamInput {
  /** What is in effect at the end of the canonical playlist. */
  readonly tail: TagState;
  /** The first segment (or open tail) behind the seam. */
  readonly block: Pick<RawBlock, "lines" | "before" | "dateMs"> & { readonly hasDate: boolean };
  readonly isDiscontinuity: boolean;
}

export interface SeamLines {
  /** Lines of the seam, DISCONTINUITY first. */
  readonly seam: readonly string[];
  /** The block's own lines behind them. */
  readonly own: readonly string[];
}

/** What has to stand in front of the first block of another origin, so that it owes nothing. */
export function toSeamLines({ tail, block, isDiscontinuity }: SeamInput): SeamLines {
  const own = isDiscontinuity
    ? block.lines.filter((line) => toTagName(line) !== "EXT-X-DISCONTINUITY")
    : block.lines;
  const carried = toCarriedLines(block.before, own);
  const seam = isDiscontinuity ? ["#EXT-X-DISCONTINUITY"] : [];
  if (mustEndKeys(tail, [...carried, ...own])) seam.push(noKeyLine);
  seam.push(...carried);
  const date = isDiscontinuity && !block.hasDate ? printDateLine(block.dateMs) : null;
  if (date !== null) seam.push(date);
  return { seam, own };
}

/** True if a key of the old timeline would still hold for the new one's init section or media. */
function mustEndKeys(tail: TagState, lines: readonly string[]): boolean {
  const open = new Set(tail.keys.map(({ format }) => format));
  for (const line of lines) {
    const name = toTagName(line);
    if (open.size === 0) return false;
    if (name === "EXT-X-MAP") return true;
    if (name !== "EXT-X-KEY") continue;
    const key = toKeyTag(line);
    if (key === null) return false;
    open.delete(key.format);
  }
  return open.size > 0;
}

/** End of the year 9999: beyond, a date has no spelling that players read. */
const lastDateMs = 253_402_300_799_000;

export function printDateLine(dateMs: number | null): string | null {
  if (dateMs === null || !(dateMs >= 0 && dateMs <= lastDateMs)) return null;
  return `#EXT-X-PROGRAM-DATE-TIME:${new Date(Math.round(dateMs)).toISOString()}`;
}

/**
 * Where the canonical number is not the origin's, players would derive another IV from it: every
 * segment gets its key with the IV that the origin meant (bis-22 section 5.2).
 */
export function toLinesWithIv(
  lines: readonly string[],
  state: TagState,
  localMsn: number,
): readonly string[] {
  const key = state.keys.find(({ needsIv }) => needsIv);
  if (key === undefined) return lines;
  let isGiven = false;
  const written = lines.map((line) => {
    if (toTagName(line) !== "EXT-X-KEY") return line;
    const own = toKeyTag(line);
    if (own === null || !own.needsIv) return line;
    isGiven = true;
    return printWithIv(line, localMsn);
  });
  if (isGiven) return written;
  const at = toKeyPlace(lines);
  return [...lines.slice(0, at), printWithIv(key.line, localMsn), ...lines.slice(at)];
}

/** Behind what begins the block and its init section, in front of everything it decrypts. */
function toKeyPlace(lines: readonly string[]): number {
  const names = lines.map(toTagName);
  return Math.max(names.lastIndexOf("EXT-X-DISCONTINUITY"), names.lastIndexOf("EXT-X-MAP")) + 1;
}

function printWithIv(line: string, localMsn: number): string {
  return `${line},IV=0x${localMsn.toString(16).padStart(32, "0")}`;
}

/** The URI of a tag; null if it has none. */
export function toTagUri(line: string): string | null {
  return parseStringAttribute(toAttributes(line), "URI");
}
