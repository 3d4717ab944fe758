// The long way of one URI: variables, resolving, mapping, and the policy for what is not ours.
// Taken for everything that own-reference.ts does not know at sight. The state of a rewrite lives
// here because refusals and removals need all of it; rewrite-uris.ts drives it.

import type { AttributeCursor } from "../hls/attribute-list.ts";
import { toLineNumber } from "../hls/failure.ts";
import type { Playlist } from "../hls/playlist.ts";
import type { SlotCode } from "../hls/tags.ts";
import { slot } from "../hls/tags.ts";
import type { Output } from "./output.ts";
import { applyCut } from "./output.ts";
import type { OwnPlace } from "./own-reference.ts";
import { applyLineRemoval, applyPartGap, applySegmentGap, applyVariantRemoval } from "./removal.ts";
import type {
  RewriteContext,
  RewriteRefusal,
  RewriteRefusalReason,
  UriRole,
} from "./rewrite-context.ts";
import type { Sample } from "./sample.ts";
import { hasSiblings, makeSample } from "./sample.ts";
import type { UriSpan } from "./slot-rules.ts";
import { slotRules, trimSpan } from "./slot-rules.ts";
import type { UriMap } from "./uri-map.ts";
import { makeUriMap, toMappedUri } from "./uri-map.ts";
import type { Variables } from "./variables.ts";
import { applyVariables } from "./variables.ts";

export interface Rewrite {
  readonly playlist: Playlist;
  readonly context: RewriteContext;
  readonly output: Output;
  /** The quick way; null if this playlist has none. */
  readonly own: OwnPlace | null;
  /** Queries are marked: what was found for one name says nothing about its siblings. */
  readonly isMarked: boolean;
  /** The next three are made for the first tag or reference that needs them. */
  cursor: AttributeCursor | null;
  variables: Variables | null;
  map: UriMap | null;
  rewritten: number;
  opaque: number;
  kept: number;
  unknownTags: number;
  /** How the last URI that was looked up was written, for its siblings; null: nothing to learn. */
  sample: Sample | null;
  /** Cuts that were made before the current tag. */
  countBefore: number;
}

/** Puts `text` in place of the span's beginning up to `end`. */
function replace(state: Rewrite, span: UriSpan, text: string, end: number): void {
  if (text === "" && span.start === end) return;
  applyCut(state.output, span.start, end, text);
}

/** Rewrites, keeps, drops or refuses one URI; `lineStart` and `lineEnd` bound its line. */
export function rewriteSpan(
  state: Rewrite,
  code: SlotCode,
  role: UriRole,
  whole: UriSpan,
  lineStart: number,
  lineEnd: number,
): RewriteRefusal | null {
  const { output, context } = state;
  // Players resolve a URI without the blanks around it, so these belong to nobody and stay.
  const span = trimSpan(output.text, whole);
  const written = output.text.slice(span.start, span.end);
  if (written === "") return null;
  const isUnknown = code === slot.unknown;
  const reference = applyVariables(written, state.variables);
  if (typeof reference !== "string") {
    if (isUnknown) return leaveUnknown(state);
    return refuse(state, reference.fault, span.start, reference.detail);
  }
  state.map ??= makeUriMap(context);
  if (state.map === null) {
    return refuse(state, "bad-context", span.start, "A URL of the channel or of a host is none.");
  }
  const mapped = toMappedUri(state.map, reference, role);
  if (isUnknown && (mapped.kind !== "asset" || !mapped.sameOrigin)) {
    // A reference that was relative to another host would lead to this one.
    const text = mapped.kind === "foreign" ? mapped.text : written;
    if (text !== written) replace(state, span, printValue(text, span), span.end);
    return leaveUnknown(state);
  }
  if (mapped.kind === "opaque") return keepOpaque(state, span, written, reference);
  if (mapped.kind === "refused") return refuse(state, mapped.reason, span.start, mapped.detail);
  if (mapped.kind === "foreign" && context.unknownHosts === "drop") {
    return dropForeign(state, code, span, mapped.text, lineStart, lineEnd);
  }
  if (mapped.kind === "foreign") state.kept += 1;
  else state.rewritten += 1;
  const { start, end } = span;
  // A variable in the folder is no matter of letters: its value is counted each time.
  if (!state.isMarked && hasSiblings(role) && reference === written) {
    state.sample = makeSample(start, end, mapped.text, end, mapped.kind === "foreign");
  }
  if (mapped.text !== written) replace(state, span, printValue(mapped.text, span), span.end);
  return null;
}

/**
 * A URI of another scheme. If variables made it one, it is written out: the edge behind this one
 * may not have their values.
 */
function keepOpaque(
  state: Rewrite,
  span: UriSpan,
  written: string,
  reference: string,
): RewriteRefusal | null {
  state.opaque += 1;
  if (reference === written) return null;
  if (/[\x00-\x20"\x7f]/.test(reference)) {
    return refuse(state, "bad-uri", span.start, "A variable's value cannot stand in a URI.");
  }
  replace(state, span, printValue(reference, span), span.end);
  return null;
}

function dropForeign(
  state: Rewrite,
  code: SlotCode,
  span: UriSpan,
  absolute: string,
  lineStart: number,
  lineEnd: number,
): RewriteRefusal | null {
  const { output } = state;
  if (code === slot.line && state.playlist.kind === "multivariant") {
    if (!applyVariantRemoval(output, lineStart, lineEnd)) {
      const detail = "A tag stands between this URI and its EXT-X-STREAM-INF.";
      return refuse(state, "unknown-host", span.start, detail);
    }
    return null;
  }
  const { removal } = slotRules[code];
  if (removal === "refuse") return refuse(state, "unknown-host", span.start, absolute);
  if (removal === "line") {
    applyLineRemoval(output, state.countBefore, lineStart, lineEnd);
    return null;
  }
  state.kept += 1;
  if (code === slot.line) applySegmentGap(output, lineStart);
  replace(state, span, printValue(absolute, span), span.end);
  if (code === slot.part) applyPartGap(output, lineStart, lineEnd);
  return null;
}

/** A value that was written without quotes gets them if it could not stand without. */
function printValue(text: string, span: UriSpan): string {
  return span.bounded || !/[",\s]/.test(text) ? text : `"${text}"`;
}

function leaveUnknown(state: Rewrite): null {
  state.unknownTags += 1;
  return null;
}

const remedies: Record<RewriteRefusalReason, string> = {
  "beyond-prefix":
    "If viewers may read that place, set beyond_prefix = true in the channel's policy.",
  "unknown-host": "Name the host in [[hosts]], or keep unknown hosts absolute.",
  "undefined-variable":
    "Serve the variable's EXT-X-DEFINE, or allow its query parameter on the channel's playlists.",
  "bad-uri": "Mend the URI in the packager: players disagree about where it leads.",
  "bad-attribute-list": "Mend the tag in the packager: its attribute list cannot be read.",
  "bad-context":
    "Check the URLs of the channel's origin and of [[hosts]]: absolute, and ending with a slash.",
  "too-large": "Shorten the playlist's window, or serve it from a folder that is less deep.",
  "nothing-left": "Name a host of the variants in [[hosts]], or keep unknown hosts absolute.",
};

export function refuse(
  state: Rewrite,
  reason: RewriteRefusalReason,
  offset: number,
  detail: string,
): RewriteRefusal {
  const line = toLineNumber(state.output.text, offset);
  return { kind: "refused", reason, line, detail, remedy: remedies[reason] };
}
