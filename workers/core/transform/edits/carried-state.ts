// What the tags of segments that leave the front have set for the ones behind them: keys, init
// section, date, bit rate (bis-22 sections 4.4.4.2 to 4.4.4.8). The first segment that stays gets
// it as tags of its own, so that it can be decoded and dated as before. Order matters: an init
// section is encrypted by the keys that stood before it, not by those behind it.

import { parseStringAttribute } from "../../hls/attribute-list.ts";
import type { Segment } from "../../hls/playlist.ts";
import { toLineAttributes } from "./attribute-splices.ts";
import type { TextLine } from "./text-lines.ts";

interface KeyTag {
  readonly format: string;
  readonly text: string;
}

interface State {
  readonly keys: readonly KeyTag[];
  readonly map: string | null;
  /** The keys that were in effect where the map stood. */
  readonly mapKeys: readonly KeyTag[];
  readonly bitrate: string | null;
  readonly tiles: string | null;
}

/**
 * The tag lines to put in front of `first`, the first segment that stays. `before`: the lines of
 * the segments that leave; `own`: the lines of first's block.
 */
export function toCarriedTags(
  text: string,
  before: readonly TextLine[],
  own: readonly TextLine[],
  first: Segment,
): readonly string[] {
  const state = toState(text, before);
  const tags: string[] = [];
  const has = (tag: string) => own.some((line) => line.tag === tag);
  const ownFormats = new Set(
    own.filter((line) => line.tag === "EXT-X-KEY").map((line) => toKeyTag(text, line).format),
  );
  if (state.map !== null && !has("EXT-X-MAP")) {
    tags.push(...state.mapKeys.map((key) => key.text), state.map);
    const current = new Set(state.keys);
    const isSame = state.mapKeys.every((key) => current.has(key));
    if (!isSame) tags.push("#EXT-X-KEY:METHOD=NONE");
    const given = new Set(isSame ? state.mapKeys : []);
    tags.push(...state.keys.filter((key) => !given.has(key)).map((key) => key.text));
  } else if (!ownFormats.has("")) {
    const needed = state.keys.filter((key) => !ownFormats.has(key.format));
    tags.push(...needed.map((key) => key.text));
  }
  if (state.bitrate !== null && !has("EXT-X-BITRATE")) tags.push(state.bitrate);
  if (state.tiles !== null && !has("EXT-X-TILES")) tags.push(state.tiles);
  const dateMs = first.programDateTimeMs;
  if (dateMs !== null && dateMs <= lastDateMs && !has("EXT-X-PROGRAM-DATE-TIME")) {
    tags.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(Math.round(dateMs)).toISOString()}`);
  }
  return tags;
}

/** End of the year 9999: beyond, a date has no spelling that players read. */
const lastDateMs = 253_402_300_799_000;

function toState(text: string, lines: readonly TextLine[]): State {
  const mapAt = lines.findLastIndex((line) => line.tag === "EXT-X-MAP");
  const keys = new Map<string, KeyTag>();
  let mapKeys: readonly KeyTag[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === mapAt) mapKeys = [...keys.values()];
    if (line.tag !== "EXT-X-KEY") continue;
    const key = toKeyTag(text, line);
    // A key of a format goes behind those of the others, as its tag stood behind theirs.
    if (key.format === "") keys.clear();
    else keys.delete(key.format);
    if (key.format !== "") keys.set(key.format, key);
  }
  const printLast = (tag: string) => {
    const found = lines.findLast((line) => line.tag === tag);
    return found === undefined ? null : text.slice(found.start, found.end);
  };
  return {
    keys: [...keys.values()],
    map: printLast("EXT-X-MAP"),
    mapKeys,
    bitrate: printLast("EXT-X-BITRATE"),
    tiles: printLast("EXT-X-TILES"),
  };
}

/** The format of METHOD=NONE is "": it ends the keys of all formats. */
function toKeyTag(text: string, line: TextLine): KeyTag {
  const attributes = toLineAttributes(text, line);
  const isNone = parseStringAttribute(attributes, "METHOD") === "NONE";
  const format = parseStringAttribute(attributes, "KEYFORMAT") ?? "identity";
  return { format: isNone ? "" : format, text: text.slice(line.start, line.end) };
}
