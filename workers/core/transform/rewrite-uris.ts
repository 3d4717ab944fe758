// Writes an origin's playlist as this edge announces it: every URI that is ours becomes relative,
// canonical and, for media of a later timeline, labelled; all other bytes stay as they are (spec.md
// section 4; viewer contract). Deterministic: context and text decide, so every edge writes the
// same bytes (bis-22 section 6.3.4). Idempotent: rewriting the answer with this edge as its own
// origin changes nothing. It edits URIs only; filters, windows and delta updates are other
// functions.
//
// The walk visits the noted slots, not the lines. A plain reference costs one look per letter and
// at most one slice of the text before it; only the others are resolved. When nothing differs the
// answer is the input string itself.

import type { AttributeCursor } from "../hls/attribute-list.ts";
import { makeAttributeCursor } from "../hls/attribute-list.ts";
import { toLineNumber } from "../hls/failure.ts";
import type { Playlist } from "../hls/playlist.ts";
import type { SlotCode } from "../hls/tags.ts";
import { slot } from "../hls/tags.ts";
import { toAnnouncedUris } from "./announced-uris.ts";
import { isPlainReference } from "./plain-reference.ts";
import type { Output, OutputMark } from "./removal.ts";
import { applyLineRemoval, applyPartGap, applySegmentGap, applyVariantRemoval } from "./removal.ts";
import type {
  RewriteContext,
  RewriteRefusal,
  RewriteRefusalReason,
  RewriteResult,
  UriRole,
} from "./rewrite-context.ts";
import { isLabelledRole } from "./rewrite-context.ts";
import type { UriSpan } from "./slot-rules.ts";
import { readUriSpans, slotRules } from "./slot-rules.ts";
import type { UriMap } from "./uri-map.ts";
import { makeUriMap, toMappedUri, toPlainPrefix } from "./uri-map.ts";
import { applyDefine, applyVariables } from "./variables.ts";

interface Rewrite {
  readonly playlist: Playlist;
  readonly context: RewriteContext;
  readonly output: Output;
  readonly cursor: AttributeCursor;
  readonly variables: Map<string, string>;
  /**
   * What goes before a plain media reference and before a plain reference to anything else; null:
   * no shortcut.
   */
  readonly mediaPrefix: string | null;
  readonly plainPrefix: string | null;
  /** Built for the first reference that has to be resolved. */
  map: UriMap | null;
  rewritten: number;
  opaque: number;
  kept: number;
  unknownTags: number;
  /** URI lines that are still in the answer. */
  linesLeft: number;
  /** The output as it was before the current line. */
  mark: OutputMark;
}

/**
 * Rewrites all URIs of a playlist. A refusal names the line and what an operator can do. Never
 * throws.
 */
export function rewritePlaylist(playlist: Playlist, context: RewriteContext): RewriteResult {
  const mediaPrefix = toPlainPrefix(context);
  const { text, slots } = playlist;
  const state: Rewrite = {
    playlist,
    context,
    output: { text, out: "", from: 0, lineEnd: 0, dropped: 0 },
    cursor: makeAttributeCursor(text, 0, 0),
    variables: new Map(),
    mediaPrefix,
    plainPrefix: mediaPrefix === null ? null : "",
    map: null,
    rewritten: 0,
    opaque: 0,
    kept: 0,
    unknownTags: 0,
    linesLeft: 0,
    mark: { out: "", from: 0 },
  };
  const refusal = rewriteSlots(state, slots);
  if (refusal !== null) return refusal;
  const { output } = state;
  if (playlist.kind === "multivariant" && playlist.variantCount > 0 && state.linesLeft === 0) {
    return refuse(state, "nothing-left", 0, "Every variant is on a host that the policy drops.");
  }
  const { rewritten, opaque, kept, unknownTags } = state;
  return {
    kind: "rewritten",
    text: output.from === 0 ? text : output.out + text.slice(output.from),
    counts: { rewritten, opaque, kept, dropped: output.dropped, unknownTags },
    uris: () => toAnnouncedUris(playlist, context),
  };
}

function rewriteSlots(state: Rewrite, slots: readonly number[]): RewriteRefusal | null {
  const { output } = state;
  const { text } = output;
  const isMedia = state.playlist.kind === "media";
  const role: UriRole = isMedia ? "segment" : "playlist";
  const prefix = isMedia ? state.mediaPrefix : state.plainPrefix;
  for (let index = 0; index < slots.length; index += 3) {
    const code = slots[index] as SlotCode;
    const start = slots[index + 1] as number;
    const end = slots[index + 2] as number;
    if (code !== slot.line) {
      const refusal = rewriteTag(state, code, start, end);
      if (refusal !== null) return refusal;
      continue;
    }
    state.linesLeft += 1;
    if (prefix !== null && isPlainReference(text, start, end)) {
      state.rewritten += 1;
      if (prefix !== "") {
        output.out += text.slice(output.from, start) + prefix;
        output.from = start;
      }
    } else {
      const refusal = rewriteLine(state, role, start, end);
      if (refusal !== null) return refusal;
    }
    output.lineEnd = end;
  }
  return null;
}

function rewriteLine(
  state: Rewrite,
  role: UriRole,
  start: number,
  end: number,
): RewriteRefusal | null {
  const { text } = state.output;
  let last = end;
  while (last > start && text.charCodeAt(last - 1) <= 32) last -= 1;
  const span = { start, end: last, bounded: true };
  return rewriteSpan(state, slot.line, role, span, start, end);
}

function rewriteTag(
  state: Rewrite,
  code: SlotCode,
  start: number,
  end: number,
): RewriteRefusal | null {
  const { text } = state.output;
  if (code === slot.define) {
    applyDefine(state.variables, text.slice(start, end), state.context);
    return null;
  }
  const spans = readUriSpans(state.cursor, code, start, end);
  if (spans === null) {
    if (code === slot.unknown) return null;
    return refuse(state, "bad-attribute-list", start, text.slice(start, Math.min(end, start + 80)));
  }
  const { role } = slotRules[code];
  const prefix = isLabelledRole[role] ? state.mediaPrefix : state.plainPrefix;
  const { dropped, out, from } = state.output;
  state.mark = { out, from };
  for (const span of spans) {
    if (prefix !== null && role !== "steering" && isPlainReference(text, span.start, span.end)) {
      replace(state, span, prefix, span.start);
      state.rewritten += 1;
      continue;
    }
    const refusal = rewriteSpan(state, code, role, span, start, end);
    if (refusal !== null) return refusal;
    if (state.output.dropped !== dropped) return null;
  }
  return null;
}

/** Puts `text` in place of the span's beginning up to `end`. */
function replace(state: Rewrite, span: UriSpan, text: string, end: number): void {
  const { output } = state;
  if (text === "" && span.start === end) return;
  output.out += output.text.slice(output.from, span.start) + text;
  output.from = end;
}

/** The long way: variables, resolving, mapping, and the policy for what is not ours. */
function rewriteSpan(
  state: Rewrite,
  code: SlotCode,
  role: UriRole,
  span: UriSpan,
  lineStart: number,
  lineEnd: number,
): RewriteRefusal | null {
  const { output, context } = state;
  const written = output.text.slice(span.start, span.end);
  if (written === "") return null;
  const isUnknown = code === slot.unknown;
  const reference = applyVariables(written, state.variables);
  if (reference === null) {
    if (isUnknown) return leaveUnknown(state);
    return refuse(state, "undefined-variable", span.start, `No value for a variable in ${written}`);
  }
  state.map ??= makeUriMap(context);
  if (state.map === null) {
    return refuse(state, "bad-context", span.start, "A URL of the channel or of a host is none.");
  }
  const mapped = toMappedUri(state.map, reference, role);
  if (isUnknown && (mapped.kind !== "asset" || !mapped.sameOrigin)) return leaveUnknown(state);
  if (mapped.kind === "opaque") {
    state.opaque += 1;
    return null;
  }
  if (mapped.kind === "refused") return refuse(state, mapped.reason, span.start, mapped.detail);
  if (mapped.kind === "foreign" && context.unknownHosts === "drop") {
    return dropForeign(state, code, span, mapped.text, lineStart, lineEnd);
  }
  if (mapped.kind === "foreign") state.kept += 1;
  else state.rewritten += 1;
  if (mapped.text !== written) replace(state, span, printValue(mapped.text, span), span.end);
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
    applyVariantRemoval(output, lineStart, lineEnd);
    state.linesLeft -= 1;
    return null;
  }
  const { removal } = slotRules[code];
  if (removal === "refuse") return refuse(state, "unknown-host", span.start, absolute);
  if (removal === "line") {
    applyLineRemoval(output, state.mark, lineStart, lineEnd);
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
  "nothing-left": "Name a host of the variants in [[hosts]], or keep unknown hosts absolute.",
};

function refuse(
  state: Rewrite,
  reason: RewriteRefusalReason,
  offset: number,
  detail: string,
): RewriteRefusal {
  const line = toLineNumber(state.output.text, offset);
  return { kind: "refused", reason, line, detail, remedy: remedies[reason] };
}
