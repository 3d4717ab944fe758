// What has to follow when renditions left a multivariant playlist with the hosts that the policy
// drops (spec.md section 4, rule U7): every group that a stream names must exist. A stream whose
// AUDIO or VIDEO group is gone would play without sound or picture, so it goes as well; a lost
// group of subtitles or captions is only no longer named. The rest (SCORE, CLOSED-CAPTIONS=NONE,
// the initial pathway) is held together as after a filter that lets everything pass.

import { parsePlaylist } from "../hls/parse-playlist.ts";
import type { MultivariantPlaylist } from "../hls/playlist.ts";
import { toEdited } from "./edits/edit.ts";
import type { Entry } from "./edits/multivariant-entries.ts";
import {
  toEntries,
  toEntryRemovals,
  toOwnGroup,
  toReferencedGroups,
} from "./edits/multivariant-entries.ts";
import { toTextLines } from "./edits/text-lines.ts";
import { applyVariantFilter } from "./edits/variant-filter.ts";

/** `text`: `given` as it was rewritten, without what was dropped. Null: no variant is left. */
export function applyGroupRepair(given: MultivariantPlaylist, text: string): string | null {
  const read = parsePlaylist(text);
  // What was one and is none any more has lost its last variant.
  if (read.kind !== "multivariant") return null;
  const entries = readEntries(text);
  const left = toGroups(entries);
  const lost = new Set([...toGroups(readEntries(given.text))].filter((group) => !left.has(group)));
  const gone = new Set(entries.filter((entry) => needs(entry, lost)));
  const variants = entries.filter(({ kind, uri }) => kind === "variant" && uri !== null);
  const isEmpty = variants.every((entry) => gone.has(entry));
  if (isEmpty && given.variants().length > 0) return null;
  const whole = toEdited(read, [...gone].flatMap(toEntryRemovals)).playlist;
  const repaired = applyVariantFilter(whole, {});
  return repaired.kind === "refused" ? whole.text : repaired.playlist.text;
}

function readEntries(text: string): readonly Entry[] {
  return toEntries(text, toTextLines(text));
}

function toGroups(entries: readonly Entry[]): ReadonlySet<string> {
  return new Set(entries.filter(({ kind }) => kind === "rendition").map(toOwnGroup));
}

function needs(entry: Entry, lost: ReadonlySet<string>): boolean {
  return [...toReferencedGroups([entry])].some((group) => {
    return lost.has(group) && /^(?:AUDIO|VIDEO) /.test(group);
  });
}
