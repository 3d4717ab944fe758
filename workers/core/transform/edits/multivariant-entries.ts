// The entries of a multivariant playlist with the place where each stands: variants with their URI
// line, I-frame and image streams, renditions. For the edits that take out, move or copy entries.

import type { Attributes } from "../../hls/attribute-list.ts";
import { parseStringAttribute } from "../../hls/attribute-list.ts";
import { toLineAttributes } from "./attribute-splices.ts";
import type { Splice } from "./splices.ts";
import type { TextLine } from "./text-lines.ts";

export type EntryKind = "variant" | "frame" | "image" | "rendition";

export interface Entry {
  readonly kind: EntryKind;
  readonly tag: TextLine;
  /** The variant's URI line; null for the others and for a variant that has none. */
  readonly uri: TextLine | null;
  /** Lines between tag and URI: blank lines and comments, which go where the variant goes. */
  readonly between: readonly TextLine[];
  readonly attributes: Attributes;
}

const kinds: ReadonlyMap<string, EntryKind> = new Map([
  ["EXT-X-STREAM-INF", "variant"],
  ["EXT-X-I-FRAME-STREAM-INF", "frame"],
  ["EXT-X-IMAGE-STREAM-INF", "image"],
  ["EXT-X-MEDIA", "rendition"],
]);

export function toEntries(text: string, lines: readonly TextLine[]): readonly Entry[] {
  const entries: Entry[] = [];
  let open: { tag: TextLine; between: TextLine[] } | null = null;
  for (const line of lines) {
    const kind = kinds.get(line.tag);
    if (kind === "variant") {
      if (open !== null) entries.push(toEntry(text, "variant", open.tag, null, []));
      open = { tag: line, between: [] };
    } else if (line.kind === "uri") {
      if (open !== null) entries.push(toEntry(text, "variant", open.tag, line, open.between));
      open = null;
    } else if (kind !== undefined) {
      entries.push(toEntry(text, kind, line, null, []));
    } else if (line.kind === "other") {
      open?.between.push(line);
    }
  }
  if (open !== null) entries.push(toEntry(text, "variant", open.tag, null, []));
  return entries;
}

function toEntry(
  text: string,
  kind: EntryKind,
  tag: TextLine,
  uri: TextLine | null,
  between: readonly TextLine[],
): Entry {
  return { kind, tag, uri, between, attributes: toLineAttributes(text, tag) };
}

export function toEntryLines(entry: Entry): readonly TextLine[] {
  return entry.uri === null ? [entry.tag] : [entry.tag, ...entry.between, entry.uri];
}

export function toEntryRemovals(entry: Entry): readonly Splice[] {
  return toEntryLines(entry).map((line) => ({ start: line.start, end: line.next, text: "" }));
}

/** The attributes by which a stream names its rendition groups, with the TYPE of each. */
export const groupAttributes = [
  ["AUDIO", "AUDIO"],
  ["VIDEO", "VIDEO"],
  ["SUBTITLES", "SUBTITLES"],
  ["CLOSED-CAPTIONS", "CLOSED-CAPTIONS"],
] as const;

/** Name of a group over all types. A NONE without quotes is no group. */
export function toGroupKey(type: string, group: string): string {
  return `${type} ${group}`;
}

export function toReferencedGroups(entries: Iterable<Entry>): ReadonlySet<string> {
  const groups = new Set<string>();
  for (const { kind, attributes } of entries) {
    if (kind === "rendition") continue;
    for (const [name, type] of groupAttributes) {
      const raw = attributes.get(name);
      if (raw === undefined || raw === "NONE") continue;
      groups.add(toGroupKey(type, parseStringAttribute(attributes, name) ?? ""));
    }
  }
  return groups;
}

export function toOwnGroup(rendition: Entry): string {
  const type = parseStringAttribute(rendition.attributes, "TYPE") ?? "";
  return toGroupKey(type, parseStringAttribute(rendition.attributes, "GROUP-ID") ?? "");
}

export function toPathwayId(entry: Entry): string {
  return parseStringAttribute(entry.attributes, "PATHWAY-ID") ?? ".";
}
