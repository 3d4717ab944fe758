// Sets or removes attributes of EXT-X-SERVER-CONTROL (bis-22 section 4.4.3.8): hold-backs, and what
// this edge can or cannot do for blocking reloads and delta updates (spec.md section 3, rules B1
// and S1). A value that breaks a MUST of the section is refused instead of written. The same
// options must be given for all playlists of a presentation; this function sees only one.

import type { MediaPlaylist } from "../../hls/playlist.ts";
import { printLineWith } from "./attribute-splices.ts";
import type { EditRefusal, EditResult } from "./edit.ts";
import { toEdited, toEditRefusal } from "./edit.ts";
import type { Splice } from "./splices.ts";
import { toLinesBefore } from "./splices.ts";
import { printSeconds } from "./start.ts";
import type { TextLine } from "./text-lines.ts";
import { filterTag, findTag, toHeadEnd, toTextLines } from "./text-lines.ts";

export interface ServerControlOptions {
  /** Null removes the attribute; left out: as the origin wrote it. */
  readonly holdBackSeconds?: number | null;
  readonly partHoldBackSeconds?: number | null;
  readonly canSkipUntilSeconds?: number | null;
  readonly canSkipDateRanges?: boolean;
  readonly canBlockReload?: boolean;
}

export function applyServerControl(
  playlist: MediaPlaylist,
  options: ServerControlOptions,
): EditResult<MediaPlaylist> {
  const refusal = decideRefusal(playlist, options);
  if (refusal !== null) return refusal;
  const { text } = playlist;
  const lines = toTextLines(text);
  const values = toValues(options);
  const [old, ...others] = filterTag(lines, "EXT-X-SERVER-CONTROL");
  if (old !== undefined) {
    // What is said here is said once: a second tag loses it.
    const none = new Map([...values.keys()].map((name): [string, null] => [name, null]));
    return toEdited(playlist, [
      toTagSplice(text, old, values),
      ...others.map((line) => toTagSplice(text, line, none)),
    ]);
  }
  const list = [...values].filter(([, value]) => value !== null).map((pair) => pair.join("="));
  if (list.length === 0) return toEdited(playlist, []);
  const tag = `#EXT-X-SERVER-CONTROL:${list.join(",")}`;
  return toEdited(playlist, [toLinesBefore(text, toPlace(lines), [tag])]);
}

function toTagSplice(
  text: string,
  line: TextLine,
  values: ReadonlyMap<string, string | null>,
): Splice {
  const printed = printLineWith(text, line, values);
  // A tag without attributes says nothing, but removing the last one must not leave a bare colon.
  const isBare = /^#EXT-X-SERVER-CONTROL:?\s*$/.test(printed);
  if (isBare) return { start: line.start, end: line.next, text: "" };
  return { start: line.start, end: line.end, text: printed };
}

function toPlace(lines: readonly TextLine[]): number {
  return findTag(lines, "EXT-X-TARGETDURATION")?.next ?? toHeadEnd(lines);
}

function toValues(options: ServerControlOptions): ReadonlyMap<string, string | null> {
  const values = new Map<string, string | null>();
  const setFlag = (name: string, flag: boolean | undefined) => {
    if (flag !== undefined) values.set(name, flag ? "YES" : null);
  };
  const setSeconds = (name: string, seconds: number | null | undefined) => {
    if (seconds !== undefined) values.set(name, seconds === null ? null : printSeconds(seconds));
  };
  setFlag("CAN-BLOCK-RELOAD", options.canBlockReload);
  setSeconds("CAN-SKIP-UNTIL", options.canSkipUntilSeconds);
  setFlag("CAN-SKIP-DATERANGES", options.canSkipDateRanges);
  setSeconds("HOLD-BACK", options.holdBackSeconds);
  setSeconds("PART-HOLD-BACK", options.partHoldBackSeconds);
  return values;
}

function decideRefusal(playlist: MediaPlaylist, options: ServerControlOptions): EditRefusal | null {
  const { targetDurationSeconds: target, partTargetSeconds: partTarget } = playlist;
  const canSkip = toSet(options.canSkipUntilSeconds, playlist.canSkipUntilSeconds);
  const canSkipRanges = options.canSkipDateRanges ?? playlist.canSkipDateRanges;
  const lowest: readonly (readonly [string, number | null | undefined, number])[] = [
    ["HOLD-BACK", options.holdBackSeconds, 3 * target],
    ["PART-HOLD-BACK", options.partHoldBackSeconds, 2 * (partTarget ?? 0)],
    ["CAN-SKIP-UNTIL", options.canSkipUntilSeconds, 6 * target],
  ];
  for (const [name, value, least] of lowest) {
    if (value === undefined || value === null) continue;
    if (!(value >= least - 1e-9)) {
      return refuse(`${name} is ${value}, this playlist needs at least ${printSeconds(least)}.`);
    }
  }
  if (options.canSkipDateRanges !== undefined && canSkipRanges && canSkip === null) {
    return refuse("CAN-SKIP-DATERANGES needs CAN-SKIP-UNTIL.");
  }
  if (options.canSkipUntilSeconds === null && canSkipRanges) {
    return refuse("CAN-SKIP-DATERANGES cannot stay without CAN-SKIP-UNTIL.");
  }
  if (options.partHoldBackSeconds === null && partTarget !== null) {
    return refuse("A playlist with EXT-X-PART-INF needs PART-HOLD-BACK.");
  }
  return null;
}

function toSet(option: number | null | undefined, own: number | null): number | null {
  return option === undefined ? own : option;
}

function refuse(detail: string): EditRefusal {
  return toEditRefusal("server-control", "bad-options", detail);
}
