// Writes an origin's playlist as this edge announces it: every URI that is ours becomes relative,
// canonical and, for media of a later timeline, labelled; all other bytes stay as they are (spec.md
// section 4; viewer contract). Deterministic: context and text decide, so every edge writes the
// same bytes (bis-22 section 6.3.4). Idempotent: rewriting the answer with this edge as its own
// origin changes nothing. It edits URIs only; filters, windows and delta updates are other
// functions.
//
// Picture: a clerk who stamps letters. Most are addressed plainly, which the scan has already seen:
// the stamp (the head) goes before the address and the letter is not opened. References that name
// the own house in a longer way get their beginning replaced (own-reference.ts). Only the rest is
// opened and looked up (rewrite-span.ts). Between two stamps the text is passed on in one piece,
// and when nothing is stamped the answer is the input string itself.

import { makeAttributeCursor } from "../hls/attribute-list.ts";
import { seekLineFeed, seekLineStart, toLineEnd } from "../hls/lines.ts";
import type { Playlist } from "../hls/playlist.ts";
import type { SlotCode } from "../hls/tags.ts";
import { plainSlot, siblingSlot, slot, slotMask, toNotedCode, toPlaceEnd } from "../hls/tags.ts";
import { toAnnouncedUris } from "./announced-uris.ts";
import { applyGroupRepair } from "./group-repair.ts";
import { mayGrowTooLarge, REWRITTEN_CHARS_MAX } from "./output-limit.ts";
import { makeOwnPlace, notOwn, seekRest, toHead } from "./own-reference.ts";
import type { RewriteContext, RewriteRefusal, RewriteResult, UriRole } from "./rewrite-context.ts";
import { isLabelledRole } from "./rewrite-context.ts";
import type { Rewrite } from "./rewrite-span.ts";
import { refuse, rewriteSpan } from "./rewrite-span.ts";
import type { Sample } from "./sample.ts";
import { learnStamp, makeSample } from "./sample.ts";
import { readUriSpans, slotRules } from "./slot-rules.ts";
import { applyDefine, makeVariables } from "./variables.ts";

/**
 * Rewrites all URIs of a playlist. A refusal names the line and what an operator can do. Never
 * throws.
 */
export function rewritePlaylist(playlist: Playlist, context: RewriteContext): RewriteResult {
  const { text } = playlist;
  const state: Rewrite = {
    playlist,
    context,
    output: { text, out: "", from: 0, lastUriStart: 0, dropped: 0 },
    own: makeOwnPlace(context),
    cursor: null,
    variables: null,
    map: null,
    rewritten: 0,
    opaque: 0,
    kept: 0,
    unknownTags: 0,
    sample: null,
    mark: null,
  };
  const refusal = rewriteSlots(state);
  if (refusal !== null) return refusal;
  const { output, rewritten, opaque, kept, unknownTags } = state;
  const rewrittenText = output.from === 0 ? text : output.out + text.slice(output.from);
  const whole =
    playlist.kind === "multivariant" && output.dropped > 0
      ? applyGroupRepair(playlist, rewrittenText)
      : rewrittenText;
  if (whole === null) {
    const detail = "Every variant, or what it needs, is on a host that the policy drops.";
    return refuse(state, "nothing-left", 0, detail);
  }
  return {
    kind: "rewritten",
    text: whole,
    counts: { rewritten, opaque, kept, dropped: output.dropped, unknownTags },
    uris: () => toAnnouncedUris(playlist, context),
  };
}

const siblingPart = slot.part | siblingSlot;

function rewriteSlots(state: Rewrite): RewriteRefusal | null {
  const { output, own, playlist } = state;
  const { slots, text } = playlist;
  const isDear = mayGrowTooLarge(playlist, state.context);
  // Only URI lines and parts are ever noted as plain; in a media playlist both are media files.
  const plainHead = playlist.kind === "media" && own !== null ? own.mediaHead : "";
  let lineSample: Sample | null = null;
  let partSample: Sample | null = null;
  for (let index = 0; index < slots.length; index += 2) {
    const start = slots[index] as number;
    const place = slots[index + 1] as number;
    const noted = toNotedCode(place);
    const isLine = (noted & slotMask) === slot.line;
    const sample = isLine ? lineSample : partSample;
    if ((noted & plainSlot) !== 0 && own !== null) {
      state.rewritten += 1;
      if (plainHead !== "") {
        output.out += text.slice(output.from, start) + plainHead;
        output.from = start;
      }
    } else if (noted >= siblingSlot && sample !== null && learnStamp(text, sample)) {
      applyStamp(state, sample, start);
    } else {
      state.sample = null;
      const refusal = rewriteSlot(state, noted, start, toPlaceEnd(place, start));
      if (refusal !== null) return refusal;
      // A plain URI says nothing about the folder that siblings share.
      if (isLine && (noted & plainSlot) === 0) lineSample = state.sample;
      else if (noted === slot.part || noted === siblingPart) partSample = state.sample;
    }
    if (isLine) output.lastUriStart = start;
    if (isDear && output.out.length > REWRITTEN_CHARS_MAX) {
      const detail = `Rewritten it has more than ${REWRITTEN_CHARS_MAX} characters.`;
      return refuse(state, "too-large", start, detail);
    }
  }
  return null;
}

/** Writes a sibling whose name begins at `nameStart`. */
function applyStamp(state: Rewrite, sample: Sample, nameStart: number): void {
  const { output } = state;
  if (sample.isKept) state.kept += 1;
  else state.rewritten += 1;
  if (sample.stamp === null) return;
  output.out += output.text.slice(output.from, nameStart - sample.folderChars) + sample.stamp;
  output.from = nameStart;
}

function rewriteSlot(
  state: Rewrite,
  noted: number,
  start: number,
  end: number,
): RewriteRefusal | null {
  const { text } = state.output;
  const code = (noted & slotMask) as SlotCode;
  if (code === noted) {
    return code === slot.line
      ? rewriteLine(state, start, end)
      : rewriteTag(state, code, start, end);
  }
  // A plain or sibling URI without the quick way.
  const lineStart = seekLineStart(text, start);
  const lineEnd = toLineEnd(text, start, seekLineFeed(text, end));
  return code === slot.line
    ? rewriteLine(state, lineStart, lineEnd)
    : rewriteTag(state, code, lineStart, lineEnd);
}

function rewriteLine(state: Rewrite, start: number, end: number): RewriteRefusal | null {
  const { text } = state.output;
  let last = end;
  while (last > start && text.charCodeAt(last - 1) <= 32) last -= 1;
  const role: UriRole = state.playlist.kind === "media" ? "segment" : "playlist";
  if (rewriteOwn(state, role, start, last)) return null;
  const span = { start, end: last, bounded: true };
  return rewriteSpan(state, slot.line, role, span, start, end);
}

function rewriteTag(
  state: Rewrite,
  code: SlotCode,
  start: number,
  end: number,
): RewriteRefusal | null {
  const { output, context } = state;
  const { text } = output;
  if (code === slot.define) {
    state.variables ??= makeVariables();
    const fault = applyDefine(state.variables, text.slice(start, end), context);
    return fault === null ? null : refuse(state, fault.fault, start, fault.detail);
  }
  state.cursor ??= makeAttributeCursor(text, 0, 0);
  const spans = readUriSpans(state.cursor, code, start, end);
  if (spans === null) {
    if (code === slot.unknown) return null;
    return refuse(state, "bad-attribute-list", start, text.slice(start, Math.min(end, start + 80)));
  }
  const { role } = slotRules[code];
  const { dropped, out, from } = output;
  for (const span of spans) {
    if (role !== "steering" && rewriteOwn(state, role, span.start, span.end)) continue;
    state.mark = { out, from };
    const refusal = rewriteSpan(state, code, role, span, start, end);
    if (refusal !== null) return refusal;
    if (output.dropped !== dropped) return null;
  }
  return null;
}

/** The quick way; false if the reference has to go the long way. */
function rewriteOwn(state: Rewrite, role: UriRole, start: number, end: number): boolean {
  const { output, own } = state;
  if (own === null) return false;
  const { text } = output;
  const rest = seekRest(own, text, start, end);
  if (rest === notOwn) return false;
  state.rewritten += 1;
  const head = toHead(own, isLabelledRole[role]);
  state.sample = makeSample(start, end, head, rest, false);
  if (rest - start === head.length && text.startsWith(head, start)) return true;
  output.out += text.slice(output.from, start) + head;
  output.from = rest;
  return true;
}
