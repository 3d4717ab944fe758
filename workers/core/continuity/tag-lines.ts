// Single tag lines of media playlists: their name, their value, their attributes, and what those
// that last have set (bis-22 sections 4.4.4.2 to 4.4.4.8).

import type { Attributes } from "../hls/attribute-list.ts";
import { parseAttributes, parseStringAttribute } from "../hls/attribute-list.ts";
import { HEAD_TAGS } from "../hls/head-tags.ts";
import { defaultPlaylistLimits } from "../hls/limits.ts";
import { parseInteger } from "../hls/number.ts";
import type { ByteRange } from "../hls/playlist.ts";
import type { KeyTag, TagState } from "./raw-block.ts";

/** Tags of the whole playlist that may stand between segments; they are not the blocks'. */
const playlistTags: ReadonlySet<string> = new Set(HEAD_TAGS);

export function isPlaylistTag(name: string): boolean {
  return playlistTags.has(name);
}

/** The name of a tag line, or "" for comments. */
export function toTagName(line: string): string {
  if (!line.startsWith("#EXT")) return "";
  let end = 1;
  while (end < line.length && line.charCodeAt(end) !== 58 && line.charCodeAt(end) > 32) end += 1;
  return line.slice(1, end);
}

/** The value of a tag line, "" if it has none. */
export function toTagValue(line: string): string {
  const colon = line.indexOf(":");
  return colon === -1 ? "" : line.slice(colon + 1);
}

export function toAttributes(line: string): Attributes {
  const from = line.indexOf(":") + 1;
  const found = parseAttributes(line, from, line.length, defaultPlaylistLimits.attributesMax);
  return typeof found === "string" ? new Map() : found;
}

/** Key formats in effect at once; a player knows three or four. Attack: a new one on every line. */
const KEY_FORMATS_MAX = 16;

/** The state behind a tag that lasts. */
export function applyStateTag(state: TagState, name: string, line: string): TagState {
  if (name === "EXT-X-MAP") return { ...state, map: line, mapKeys: state.keys };
  if (name === "EXT-X-BITRATE") return { ...state, bitrate: line };
  const key = toKeyTag(line);
  if (key === null) return { ...state, keys: [] };
  const others = state.keys.filter(({ format }) => format !== key.format);
  return { ...state, keys: [...others, key].slice(-KEY_FORMATS_MAX) };
}

/** Null for METHOD=NONE, which ends the keys of all formats. */
export function toKeyTag(line: string): KeyTag | null {
  const attributes = toAttributes(line);
  if (parseStringAttribute(attributes, "METHOD") === "NONE") return null;
  const format = parseStringAttribute(attributes, "KEYFORMAT") ?? "identity";
  return { format, line, needsIv: format === "identity" && !attributes.has("IV") };
}

export interface RangeTail {
  readonly uri: string;
  readonly endBytes: number;
}

/** `n[@o]`; without an offset the range continues the one before (bis-22 section 4.4.4.2). */
export function toByteRange(text: string, uri: string, tail: RangeTail | null): ByteRange | null {
  const at = text.indexOf("@");
  const lengthBytes = parseInteger(text, 0, at === -1 ? text.length : at);
  if (lengthBytes < 0) return null;
  if (at === -1) return { lengthBytes, offsetBytes: tail?.uri === uri ? tail.endBytes : null };
  const offsetBytes = parseInteger(text, at + 1, text.length);
  return { lengthBytes, offsetBytes: offsetBytes < 0 ? null : offsetBytes };
}

/** The range of an EXT-X-MAP line; null for the whole resource. */
export function toMapRange(line: string): ByteRange | null {
  const range = parseStringAttribute(toAttributes(line), "BYTERANGE");
  return range === null ? null : toByteRange(range, "", null);
}

/** The range of an EXT-X-PART line as blocks hold it, with its offset. */
export function toPartRange(line: string): ByteRange | null {
  return toMapRange(line);
}
