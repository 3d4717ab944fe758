// The date ranges of a rendition across versions, origins and cuts (bis-22 section 4.4.5.1; spec.md
// rule U6). An ID keeps its attributes: later tags may add some, never change one. When another
// timeline uses a known ID for something else, its range becomes `ID@t{n}`. A range stays until the
// segments that it speaks about have left the window.

import type { Attributes } from "../hls/attribute-list.ts";
import { parseDecimalAttribute, parseStringAttribute } from "../hls/attribute-list.ts";
import { parseDateTime } from "../hls/date-time.ts";
import { printLineWith } from "../transform/edits/attribute-splices.ts";
import { toTextLines } from "../transform/edits/text-lines.ts";
import { ledgerLimits } from "./settings.ts";
import { toAttributes } from "./tag-lines.ts";

export interface DateRangeEntry {
  /** As viewers see it. */
  readonly id: string;
  /** As its timeline writes it. */
  readonly ownId: string;
  readonly timeline: number;
  /** The whole tag as viewers see it. */
  readonly line: string;
  readonly startMs: number | null;
  /** Null: not known yet. */
  readonly endMs: number | null;
  /** False: its media has left; the ID is remembered, for it may never mean anything else. */
  readonly isListed: boolean;
}

export interface DateRangeStep {
  readonly entries: readonly DateRangeEntry[];
  /** IDs that got another name, and IDs of which the origin changed an attribute. */
  readonly renamed: readonly string[];
  readonly changed: readonly string[];
}

/**
 * Finds a range that another rendition has, of this timeline or else with this ID: it has to be the
 * same in all of them.
 */
export type DateRangeSearch = (ownId: string, timeline: number) => DateRangeEntry | null;

/** Applies the EXT-X-DATERANGE lines of one version, URIs already rewritten. */
export function applyDateRanges(
  before: readonly DateRangeEntry[],
  lines: readonly string[],
  timeline: number,
  elsewhere: DateRangeSearch = () => null,
): DateRangeStep {
  const entries = [...before];
  const renamed: string[] = [];
  const changed: string[] = [];
  for (const line of lines) {
    const attributes = toAttributes(line);
    const ownId = parseStringAttribute(attributes, "ID");
    if (ownId === null) continue;
    const ownAt = entries.findIndex((one) => one.ownId === ownId && one.timeline === timeline);
    const sameAt = ownAt >= 0 ? ownAt : entries.findIndex((one) => one.id === ownId);
    const known = entries[sameAt];
    const shared = ownAt < 0 ? elsewhere(ownId, timeline) : null;
    const isShared = shared !== null && shared.timeline === timeline;
    if (isShared && !entries.some(({ id }) => id === shared.id)) {
      if (hasConflict(shared, attributes)) changed.push(shared.id);
      entries.push({ ...toMerged(shared, attributes), isListed: true });
      continue;
    }
    const other = known ?? shared;
    const conflicts = other !== null && hasConflict(other, attributes);
    if (known === undefined && !conflicts) {
      entries.push(toEntry(line, attributes, ownId, ownId, timeline));
      continue;
    }
    if (known === undefined || (conflicts && ownAt < 0)) {
      const id = `${ownId}@t${timeline}`;
      renamed.push(id);
      entries.push(toEntry(printWithId(line, id), attributes, id, ownId, timeline));
      continue;
    }
    if (conflicts) changed.push(known.id);
    entries[sameAt] = toMerged(known, attributes);
  }
  return { entries: entries.slice(-ledgerLimits.dateRangesMax), renamed, changed };
}

function toEntry(
  line: string,
  attributes: Attributes,
  id: string,
  ownId: string,
  timeline: number,
): DateRangeEntry {
  return { id, ownId, timeline, line, isListed: true, ...toSpan(attributes) };
}

function toSpan(attributes: Attributes): Pick<DateRangeEntry, "startMs" | "endMs"> {
  const startMs = parseDateTime(parseStringAttribute(attributes, "START-DATE") ?? "");
  const endMs = parseDateTime(parseStringAttribute(attributes, "END-DATE") ?? "");
  const seconds =
    parseDecimalAttribute(attributes, "DURATION") ??
    parseDecimalAttribute(attributes, "PLANNED-DURATION");
  if (endMs !== null) return { startMs, endMs };
  const isTimed = startMs !== null && seconds !== null && seconds >= 0;
  return { startMs, endMs: isTimed ? startMs + seconds * 1000 : null };
}

function hasConflict(known: DateRangeEntry, attributes: Attributes): boolean {
  const before = toAttributes(known.line);
  for (const [name, raw] of attributes) {
    if (name === "ID") continue;
    const other = before.get(name);
    if (other !== undefined && other !== raw) return true;
  }
  return false;
}

/** The known tag with the attributes that it lacked. */
function toMerged(known: DateRangeEntry, attributes: Attributes): DateRangeEntry {
  const before = toAttributes(known.line);
  const added = [...attributes].filter(([name]) => !before.has(name));
  if (added.length === 0) return known;
  const line = `${known.line},${added.map(([name, raw]) => `${name}=${raw}`).join(",")}`;
  return { ...known, line, ...toSpan(toAttributes(line)) };
}

function printWithId(line: string, id: string): string {
  const [tag] = toTextLines(line);
  return tag === undefined ? line : printLineWith(line, tag, new Map([["ID", `"${id}"`]]));
}

/**
 * The ranges with a mark on those that still speak about listed media. One without a known end
 * stays as long as the origin lists it, then as long as its start is listed.
 */
export function toMarkedRanges(
  entries: readonly DateRangeEntry[],
  frontMs: number | null,
  listedIds: ReadonlySet<string>,
  timeline: number,
): readonly DateRangeEntry[] {
  if (frontMs === null) return entries;
  const own = new Set(entries.filter((one) => one.timeline === timeline).map((one) => one.ownId));
  const isNamed = (entry: DateRangeEntry) => {
    if (entry.timeline === timeline) return listedIds.has(entry.ownId);
    return listedIds.has(entry.id) && !own.has(entry.id);
  };
  const stays = (entry: DateRangeEntry) => {
    const { endMs, startMs } = entry;
    if (endMs === null && isNamed(entry)) return true;
    const lastMs = endMs ?? startMs;
    return lastMs === null || lastMs > frontMs || (lastMs === frontMs && endMs === null);
  };
  return entries.map((entry) => {
    const isListed = stays(entry);
    return isListed === entry.isListed ? entry : { ...entry, isListed };
  });
}
