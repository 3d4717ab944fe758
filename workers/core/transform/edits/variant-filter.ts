// Leaves the variants that a filter asks for, and the playlist consistent (spec.md section 4, rule
// U7; bis-22 sections 4.4.6.1.1 and 4.4.6.2): at least one variant stays, every group that is named
// exists, groups of one type keep equal members, CLOSED-CAPTIONS=NONE and SCORE stand on all
// variants or on none, the initial pathway exists. A variant that does not state what a criterion
// looks at passes it, for nobody could say that it is wrong; only an absent VIDEO-RANGE means SDR.
// If nothing fits, the variants of the lowest BANDWIDTH stay: a player with one bad choice still
// plays.

import type { Attributes } from "../../hls/attribute-list.ts";
import {
  parseBigInteger,
  parseDecimalAttribute,
  parseIntegerAttribute,
  parseStringAttribute,
} from "../../hls/attribute-list.ts";
import type { MultivariantPlaylist } from "../../hls/playlist.ts";
import { toAttributeRemovals, toAttributeSplice } from "./attribute-splices.ts";
import type { EditNote, EditResult } from "./edit.ts";
import { toEdited } from "./edit.ts";
import type { NumberRange, VariantFilter } from "./filter-grammar.ts";
import type { Entry } from "./multivariant-entries.ts";
import {
  groupAttributes,
  toEntries,
  toEntryRemovals,
  toGroupKey,
  toOwnGroup,
  toPathwayId,
  toReferencedGroups,
} from "./multivariant-entries.ts";
import type { Splice } from "./splices.ts";
import type { TextLine } from "./text-lines.ts";
import { findTag, toTextLines } from "./text-lines.ts";

export function applyVariantFilter(
  playlist: MultivariantPlaylist,
  filter: VariantFilter,
): EditResult<MultivariantPlaylist> {
  const { text } = playlist;
  const lines = toTextLines(text);
  const entries = toEntries(text, lines);
  const variants = entries.filter((entry) => entry.kind === "variant" && entry.uri !== null);
  if (variants.length === 0) return toEdited(playlist, []);
  const notes: EditNote[] = [];
  const matching = variants.filter((entry) => isWanted(entry.attributes, filter));
  if (matching.length === 0) notes.push({ edit: "variant-filter", reason: "nothing-matched" });
  const kept = new Set(matching.length === 0 ? toLowest(variants) : matching);
  const streams = entries.filter((entry) => {
    if (entry.kind === "variant") return kept.has(entry);
    return entry.kind !== "rendition" && isWanted(entry.attributes, filter);
  });
  const audio = toAudioSelection(entries, streams, filter.audioLanguages ?? []);
  if (audio === null) notes.push({ edit: "variant-filter", reason: "language-missing" });
  const before = toReferencedGroups(entries);
  const after = toReferencedGroups(streams);
  const staying = new Set<Entry>(streams);
  for (const entry of entries) {
    if (entry.kind !== "rendition" || audio?.has(entry)) continue;
    const group = toOwnGroup(entry);
    if (after.has(group) || !before.has(group)) staying.add(entry);
  }
  const gone = entries.filter((entry) => !staying.has(entry) && isRemovable(entry));
  return toEdited(
    playlist,
    [
      ...gone.flatMap(toEntryRemovals),
      ...toRepairs(text, [...staying]),
      ...toPathwayRepair(text, lines, [...kept]),
    ],
    notes,
  );
}

/** A variant without URI line is the packager's fault; it is not ours to judge. */
function isRemovable(entry: Entry): boolean {
  return entry.kind !== "variant" || entry.uri !== null;
}

function isWanted(attributes: Attributes, filter: VariantFilter): boolean {
  const height = /^\d{1,9}x(\d{1,9})$/.exec(attributes.get("RESOLUTION") ?? "")?.[1];
  const range = (parseStringAttribute(attributes, "VIDEO-RANGE") ?? "SDR").toLowerCase();
  const ranges: readonly string[] | undefined = filter.videoRanges;
  return (
    isWithin(height === undefined ? null : Number(height), filter.heightPixels) &&
    isWithin(toBandwidth(attributes), filter.bandwidth) &&
    isWithin(parseDecimalAttribute(attributes, "FRAME-RATE"), filter.frameRate) &&
    (ranges === undefined || ranges.includes(range)) &&
    areCodecsWanted(parseStringAttribute(attributes, "CODECS"), filter.codecs)
  );
}

/** Bits per second. What no double holds exactly is larger than any bound. */
function toBandwidth(attributes: Attributes): number | null {
  const exact = parseIntegerAttribute(attributes, "BANDWIDTH");
  if (exact !== null) return exact;
  const isLarge = parseBigInteger(parseStringAttribute(attributes, "BANDWIDTH") ?? "") !== null;
  return isLarge ? Number.POSITIVE_INFINITY : null;
}

function isWithin(value: number | null, range: NumberRange | undefined): boolean {
  if (value === null || value < 0 || range === undefined) return true;
  return (range.min === null || value >= range.min) && (range.max === null || value <= range.max);
}

const families: readonly (readonly [string, RegExp])[] = [
  ["video", /^(?:avc|hvc|hev|dvh|dva|dav|vp0?[89]|av01|vvc|lvc|mp4v|jpeg|mjpg)/],
  ["audio", /^(?:mp4a|[ae]c-[34]|opus|flac|alac|apac|mha|mhm|dts|iamf|vorbis)/],
  ["text", /^(?:stpp|wvtt|tx3g)/],
];

function toFamily(codec: string): string {
  return families.find(([, form]) => form.test(codec))?.[0] ?? "other";
}

/** A family is looked at only if the filter names a codec of it. */
function areCodecsWanted(codecs: string | null, wanted: readonly string[] | undefined): boolean {
  if (codecs === null || wanted === undefined) return true;
  const judged = new Set(wanted.map(toFamily));
  return codecs
    .toLowerCase()
    .split(",")
    .map((codec) => codec.trim())
    .filter((codec) => judged.has(toFamily(codec)))
    .every((codec) => wanted.some((prefix) => codec.startsWith(prefix)));
}

function toLowest(variants: readonly Entry[]): readonly Entry[] {
  const toBits = ({ attributes }: Entry) => toBandwidth(attributes) ?? Number.POSITIVE_INFINITY;
  const lowest = variants.reduce((least, entry) => Math.min(least, toBits(entry)), Infinity);
  return variants.filter((entry) => toBits(entry) === lowest);
}

/**
 * The audio renditions to take out; null if the languages would empty a group that is in use, in
 * which case none goes. One rule for all groups keeps their members equal.
 */
function toAudioSelection(
  entries: readonly Entry[],
  streams: readonly Entry[],
  languages: readonly string[],
): ReadonlySet<Entry> | null {
  if (languages.length === 0) return new Set();
  const audio = entries.filter((entry) => {
    return entry.kind === "rendition" && entry.attributes.get("TYPE") === "AUDIO";
  });
  const spoken = audio.filter((entry) => {
    const own = parseStringAttribute(entry.attributes, "LANGUAGE")?.toLowerCase();
    if (own === undefined) return true;
    return languages.some((range) => own === range || own.startsWith(`${range}-`));
  });
  const served = new Set(spoken.map(toOwnGroup));
  const used = toReferencedGroups(streams);
  if (audio.some((entry) => used.has(toOwnGroup(entry)) && !served.has(toOwnGroup(entry)))) {
    return null;
  }
  const keep = new Set(spoken);
  return new Set(audio.filter((entry) => !keep.has(entry)));
}

/** What has to hold over all variants that stay. */
function toRepairs(text: string, staying: readonly Entry[]): readonly Splice[] {
  const variants = staying.filter((entry) => entry.kind === "variant");
  const groups = new Set(staying.filter((entry) => entry.kind === "rendition").map(toOwnGroup));
  const noCaptions = variants.filter((entry) => entry.attributes.get("CLOSED-CAPTIONS") === "NONE");
  const scored = variants.filter((entry) => entry.attributes.has("SCORE"));
  const unequal = new Set<string>();
  if (noCaptions.length < variants.length) unequal.add("CLOSED-CAPTIONS=NONE");
  if (scored.length < variants.length) unequal.add("SCORE");
  return staying.flatMap((entry) => {
    if (entry.kind === "rendition") return [];
    const names = groupAttributes
      .filter(([name, type]) => {
        const raw = entry.attributes.get(name);
        if (raw === undefined) return false;
        if (raw === "NONE") return entry.kind === "variant" && unequal.has(`${name}=NONE`);
        return !groups.has(toGroupKey(type, parseStringAttribute(entry.attributes, name) ?? ""));
      })
      .map(([name]) => name);
    const score = entry.kind === "variant" && unequal.has("SCORE") ? ["SCORE"] : [];
    return toAttributeRemovals(text, entry.tag, [...names, ...score]);
  });
}

/** The initial pathway must be one that a variant is on (bis-22 section 4.4.6.6). */
function toPathwayRepair(
  text: string,
  lines: readonly TextLine[],
  kept: readonly Entry[],
): readonly Splice[] {
  const steering = findTag(lines, "EXT-X-CONTENT-STEERING");
  const first = kept[0];
  if (steering === null || first === undefined) return [];
  const pathways = new Set(kept.map(toPathwayId));
  const stated = /[:,]\s*PATHWAY-ID="([^"]*)"/.exec(text.slice(steering.start, steering.end));
  if (stated === null || pathways.has(stated[1] ?? "")) return [];
  return [toAttributeSplice(text, steering, "PATHWAY-ID", `"${toPathwayId(first)}"`)];
}
