// The rewrite list of spec.md section 4 as a table: for each place where a URI can stand, which
// attributes hold it, what the URI is for, and what happens when the policy takes unknown hosts
// out. Tags that are not in the table carry no URI and pass untouched.

import type { AttributeCursor } from "../hls/attribute-list.ts";
import { isNamed, nextAttribute } from "../hls/attribute-list.ts";
import type { SlotCode } from "../hls/tags.ts";
import { slot } from "../hls/tags.ts";
import { isAt } from "../http/letters.ts";
import type { UriRole } from "./rewrite-context.ts";

/**
 * How a tag leaves the playlist: its line goes; it stays and is marked as a gap, because numbering
 * or timing would shift without it; or it cannot go, because the media after it would be
 * undecodable.
 */
export type Removal = "line" | "gap" | "refuse";

export interface SlotRule {
  readonly attributes: readonly string[];
  readonly role: UriRole;
  readonly removal: Removal;
}

const uriOnly: readonly string[] = ["URI"];

function rule(
  role: UriRole,
  removal: Removal = "line",
  attributes: readonly string[] = uriOnly,
): SlotRule {
  return { attributes, role, removal };
}

export const slotRules: Record<SlotCode, SlotRule> = {
  [slot.none]: rule("file", "line", []),
  /**
   * In a multivariant playlist a URI line is a playlist and its removal takes EXT-X-STREAM-INF with
   * it.
   */
  [slot.line]: rule("segment", "gap", []),
  [slot.part]: rule("part", "gap"),
  [slot.map]: rule("map", "refuse"),
  [slot.key]: rule("key", "refuse"),
  [slot.hint]: rule("hint"),
  [slot.report]: rule("playlist"),
  /** The attributes depend on CLASS, see dateRangeAttributes. */
  [slot.dateRange]: rule("file", "line", []),
  /** The URI is the rest of the line. */
  [slot.prefetch]: rule("hint", "line", []),
  [slot.media]: rule("playlist"),
  [slot.frameStream]: rule("playlist"),
  [slot.imageStream]: rule("playlist"),
  [slot.sessionData]: rule("file"),
  /** Must stay equal to the EXT-X-KEY that it announces, hence the same role. */
  [slot.sessionKey]: rule("key", "refuse"),
  [slot.steering]: rule("steering", "line", ["SERVER-URI"]),
  [slot.define]: rule("file", "line", []),
  [slot.unknown]: rule("file"),
};

/**
 * URI attributes of EXT-X-DATERANGE by CLASS (bis-22 appendix D). Vendors' other X- attributes stay
 * as they are.
 */
export const dateRangeAttributes: ReadonlyMap<string, readonly string[]> = new Map([
  ["com.apple.hls.interstitial", ["X-ASSET-URI", "X-ASSET-LIST"]],
  ["com.apple.hls.preload", ["X-URI"]],
]);

export interface UriSpan {
  /** Span of the URI itself, without quotes. */
  readonly start: number;
  readonly end: number;
  /** True if quotes or line ends bound it, so that a comma may stand in it. */
  readonly bounded: boolean;
}

/**
 * Up to the URI of a list whose other pairs stand before it, as packagers write EXT-X-MEDIA. Half
 * the time of a walk. The count of pairs is bounded because an unbounded group can exhaust the
 * engine's stack.
 */
const usualHead = /(?:(?!URI=)[A-Z0-9-]+=(?:"[^"\n\r]*"|[^",\n\r\t ]*),){1,15}URI="/y;

/** What may follow: the other pairs, none of them a second URI. */
const usualTail = /(?:,(?!URI=)[A-Z0-9-]+=(?:"[^"\n\r]*"|[^",\n\r\t ]*)){0,15}/y;

/** The spans of the URIs that a tag holds; null if its attribute list cannot be read. */
export function readUriSpans(
  text: string,
  cursor: AttributeCursor,
  code: SlotCode,
  start: number,
  end: number,
): readonly UriSpan[] | null {
  // A slot is noted only for a tag with a colon.
  const listStart = text.indexOf(":", start) + 1;
  if (code === slot.prefetch) return [trimSpan(text, { start: listStart, end, bounded: true })];
  let names = slotRules[code].attributes;
  if (code === slot.dateRange) {
    const className = readClass(text, cursor, listStart, end);
    if (className === null) return null;
    names = dateRangeAttributes.get(className) ?? [];
  }
  if (names.length === 0) return [];
  if (names !== uriOnly) return findUriSpans(cursor, names, listStart, end);
  let uriStart = listStart + uriOpening.length;
  if (!isAt(text, listStart, uriOpening)) {
    usualHead.lastIndex = listStart;
    if (!usualHead.test(text)) return findUriSpans(cursor, names, listStart, end);
    uriStart = usualHead.lastIndex;
  }
  const uriEnd = text.indexOf('"', uriStart);
  if (uriEnd === -1 || uriEnd >= end) return null;
  usualTail.lastIndex = uriEnd + 1;
  if (uriEnd + 1 === end || (usualTail.test(text) && usualTail.lastIndex === end)) {
    return [{ start: uriStart, end: uriEnd, bounded: true }];
  }
  // The rest of the list is read from the URI on, which may stand twice.
  return findUriSpans(cursor, names, uriStart - uriOpening.length, end);
}

const uriOpening = 'URI="';

function findUriSpans(
  cursor: AttributeCursor,
  names: readonly string[],
  start: number,
  end: number,
): readonly UriSpan[] | null {
  const spans: UriSpan[] = [];
  cursor.position = start;
  cursor.end = end;
  for (;;) {
    const step = nextAttribute(cursor);
    if (step === "end") return spans;
    if (step === "bad") return null;
    for (const name of names) {
      if (!isNamed(cursor, name)) continue;
      const quoted = cursor.letters[cursor.valueStart] === 34;
      const inset = quoted ? 1 : 0;
      spans.push({
        start: cursor.valueStart + inset,
        end: cursor.valueEnd - inset,
        bounded: quoted,
      });
    }
  }
}

function readClass(
  text: string,
  cursor: AttributeCursor,
  start: number,
  end: number,
): string | null {
  const spans = findUriSpans(cursor, ["CLASS"], start, end);
  if (spans === null) return null;
  const span = spans[0];
  return span === undefined ? "" : text.slice(span.start, span.end);
}

/** The span without blanks and control characters at its ends. */
export function trimSpan(text: string, { start, end, bounded }: UriSpan): UriSpan {
  let from = start;
  let to = end;
  while (from < to && text.charCodeAt(from) <= 32) from += 1;
  while (to > from && text.charCodeAt(to - 1) <= 32) to -= 1;
  return { start: from, end: to, bounded };
}
