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
import type { MultivariantPlaylist, Playlist } from "../hls/playlist.ts";
import type { SlotCode } from "../hls/tags.ts";
import {
  formMask,
  plainSlot,
  siblingSlot,
  slot,
  slotMask,
  toNotedCode,
  toPlaceEnd,
  toSiblingStart,
  uriSlot,
} from "../hls/tags.ts";
import { isAt, toLetters } from "../http/letters.ts";
import { toAnnouncedUris } from "./announced-uris.ts";
import { applyGroupRepair } from "./group-repair.ts";
import type { Output } from "./output.ts";
import { applyCut, makeOutput, printBytes, printText } from "./output.ts";
import { REWRITTEN_CHARS_MAX } from "./output-limit.ts";
import { makeOwnPlace, notOwn, seekRest, seekRestInFolder, toHead } from "./own-reference.ts";
import type {
  AnnouncedUri,
  RewriteContext,
  RewriteCounts,
  RewriteRefusal,
  RewriteResult,
  RewrittenPlaylist,
  UriRole,
} from "./rewrite-context.ts";
import { isLabelledRole } from "./rewrite-context.ts";
import type { Rewrite } from "./rewrite-span.ts";
import { refuse, rewriteSpan } from "./rewrite-span.ts";
import {
  hasSiblings,
  learnStamp,
  makeOwnSample,
  makeSample,
  unlearnt,
  unusable,
} from "./sample.ts";
import { readUriSpans, slotRules } from "./slot-rules.ts";
import { applyDefine, makeVariables } from "./variables.ts";

/**
 * Rewrites all URIs of a playlist. A refusal names the line and what an operator can do. Never
 * throws.
 */
export function rewritePlaylist(playlist: Playlist, context: RewriteContext): RewriteResult {
  const { text } = playlist;
  const isMarked = context.toMarkedQuery !== undefined && text.includes("?");
  const state: Rewrite = {
    playlist,
    context,
    output: makeOutput(text, playlist.slots.length >> 1),
    // What is marked has to be looked up one by one; hardly any playlist has queries.
    own: isMarked ? null : makeOwnPlace(context, playlist.bytes),
    isMarked,
    cursor: null,
    variables: null,
    map: null,
    rewritten: 0,
    opaque: 0,
    kept: 0,
    unknownTags: 0,
    sample: null,
    countBefore: 0,
  };
  const refusal = rewriteSlots(state);
  if (refusal !== null) return refusal;
  const { output, rewritten, opaque, kept, unknownTags } = state;
  const whole =
    playlist.kind === "multivariant" && output.dropped > 0 ? toRepaired(playlist, output) : output;
  if (whole === null) {
    const detail = "Every variant, or what it needs, is on a host that the policy drops.";
    return refuse(state, "nothing-left", 0, detail);
  }
  const counts = { rewritten, opaque, kept, dropped: output.dropped, unknownTags };
  return new Rewritten(playlist, context, whole, counts);
}

/** The same answer, or with what has to follow when renditions left; null: no variant is left. */
function toRepaired(playlist: MultivariantPlaylist, output: Output): Output | null {
  const { text } = playlist;
  const printed = printText(output);
  const repaired = applyGroupRepair(playlist, printed);
  if (repaired === null || repaired === printed) return repaired === null ? null : output;
  const whole = makeOutput(text, 1);
  applyCut(whole, 0, text.length, repaired);
  return whole;
}

/** A class, because few ask for more than one of the three answers. */
class Rewritten implements RewrittenPlaylist {
  readonly kind = "rewritten";
  readonly counts: RewriteCounts;
  private readonly playlist: Playlist;
  private readonly context: RewriteContext;
  private readonly output: Output;

  constructor(playlist: Playlist, context: RewriteContext, output: Output, counts: RewriteCounts) {
    this.playlist = playlist;
    this.context = context;
    this.output = output;
    this.counts = counts;
  }

  get text(): string {
    return printText(this.output);
  }

  bytes(): Uint8Array | null {
    const { bytes } = this.playlist;
    return bytes === null ? null : printBytes(this.output, bytes);
  }

  uris(): readonly AnnouncedUri[] {
    return toAnnouncedUris(this.playlist, this.context);
  }
}

function rewriteSlots(state: Rewrite): RewriteRefusal | null {
  const { output, own, playlist } = state;
  const { slots, text } = playlist;
  const grownMax = REWRITTEN_CHARS_MAX - text.length;
  // Only URI lines, parts, maps and hints are noted as plain: media files in a media playlist.
  const isMedia = playlist.kind === "media";
  const plainHead = own !== null && isMedia ? own.folder.mediaHead : "";
  for (let index = 0; index < slots.length; index += 2) {
    const start = slots[index] as number;
    const place = slots[index + 1] as number;
    const noted = toNotedCode(place);
    const form = noted & formMask;
    let rest = notOwn;
    if (own !== null && form === plainSlot) {
      rest = start;
    } else if (own !== null && form === uriSlot) {
      const end = toPlaceEnd(place, start);
      rest = seekRestInFolder(own, text, start, end);
      if (isMedia && rest !== notOwn) {
        state.sample = makeOwnSample(text, start, end, plainHead, rest);
      }
    }
    if (rest !== notOwn) {
      state.rewritten += 1;
      if (rest !== start || plainHead !== "") {
        applyCut(output, start, rest, plainHead);
      }
    } else if (form !== siblingSlot || !applyStamp(state, noted, start)) {
      const refusal = rewriteSlot(state, noted, start, toPlaceEnd(place, start));
      if (refusal !== null) return refusal;
    }
    if ((noted & slotMask) === slot.line) output.lastUriStart = start;
    if (output.grownChars > grownMax) {
      const detail = `Rewritten it has more than ${REWRITTEN_CHARS_MAX} characters.`;
      return refuse(state, "too-large", start, detail);
    }
  }
  return null;
}

/** Writes a sibling whose name begins at `nameStart`; false if the sample teaches nothing. */
function applyStamp(state: Rewrite, noted: number, nameStart: number): boolean {
  const { output, sample } = state;
  const { text } = output;
  if (sample === null) return false;
  if (sample.folderChars === unlearnt) {
    learnStamp(text, sample, nameStart - toSiblingStart(text, noted, nameStart));
  }
  if (sample.folderChars === unusable) return false;
  if (sample.isKept) state.kept += 1;
  else state.rewritten += 1;
  if (sample.stamp === null) return true;
  applyCut(output, nameStart - sample.folderChars, nameStart, sample.stamp);
  return true;
}

function rewriteSlot(
  state: Rewrite,
  noted: number,
  start: number,
  end: number,
): RewriteRefusal | null {
  const code = (noted & slotMask) as SlotCode;
  const form = noted & formMask;
  if (form === 0) return rewriteTag(state, code, start, end);
  if (form === plainSlot) return rewriteUri(state, code, start, end, false);
  if (form === uriSlot) return rewriteUri(state, code, start, end, true);
  // A sibling without the quick way.
  return rewriteUri(state, code, toSiblingStart(state.output.text, noted, start), end, false);
}

/** A URI that was noted by itself; what became of the URI is kept as the sample if `isSample`. */
function rewriteUri(
  state: Rewrite,
  code: SlotCode,
  start: number,
  end: number,
  isSample: boolean,
): RewriteRefusal | null {
  const { output, playlist, sample } = state;
  const isLine = code === slot.line;
  const isVariant = isLine && playlist.kind === "multivariant";
  const role = isVariant ? "playlist" : slotRules[code].role;
  state.sample = null;
  state.countBefore = output.count;
  if (!rewriteOwn(state, role, start, end)) {
    const { text } = output;
    const lineStart = isLine ? start : seekLineStart(text, start);
    const lineEnd = isLine ? end : toLineEnd(text, start, seekLineFeed(text, end));
    const span = { start, end, bounded: true };
    const refusal = rewriteSpan(state, code, role, span, lineStart, lineEnd);
    if (refusal !== null) return refusal;
  }
  if (!isSample) state.sample = sample;
  return null;
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
  state.cursor ??= makeAttributeCursor(state.playlist.bytes ?? toLetters(text), 0, 0);
  const spans = readUriSpans(text, state.cursor, code, start, end);
  if (spans === null) {
    if (code === slot.unknown) return null;
    return refuse(state, "bad-attribute-list", start, text.slice(start, Math.min(end, start + 80)));
  }
  const { role } = slotRules[code];
  const { dropped } = output;
  state.countBefore = output.count;
  for (const span of spans) {
    if (role !== "steering" && rewriteOwn(state, role, span.start, span.end)) continue;
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
  const head = toHead(own, isLabelledRole(role));
  if (hasSiblings(role)) state.sample = makeSample(start, end, head, rest, false);
  if (rest - start === head.length && isAt(text, start, head)) return true;
  applyCut(output, start, rest, head);
  return true;
}
