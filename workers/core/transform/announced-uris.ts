// The files that a rewritten playlist announces at this edge: for the guard on names that nobody
// announced, for warming and for the ledger. It follows the rewriter's own table and map, so the
// two cannot tell different stories.

import type { AttributeCursor } from "../hls/attribute-list.ts";
import { makeAttributeCursor } from "../hls/attribute-list.ts";
import { trimLine } from "../hls/lines.ts";
import type { Playlist } from "../hls/playlist.ts";
import type { SlotCode } from "../hls/tags.ts";
import {
  formMask,
  siblingSlot,
  slot,
  slotMask,
  toNotedCode,
  toPlaceEnd,
  toSiblingStart,
} from "../hls/tags.ts";
import { toLetters } from "../http/letters.ts";
import type { AnnouncedUri, RewriteContext, UriRole } from "./rewrite-context.ts";
import type { UriSpan } from "./slot-rules.ts";
import { readUriSpans, slotRules } from "./slot-rules.ts";
import { makeUriMap, toMappedUri } from "./uri-map.ts";
import { applyDefine, applyVariables, makeVariables } from "./variables.ts";

/** In document order; URIs that do not lead to this edge are left out. */
export function toAnnouncedUris(
  playlist: Playlist,
  context: RewriteContext,
): readonly AnnouncedUri[] {
  const map = makeUriMap(context);
  if (map === null) return [];
  const { text, slots } = playlist;
  const cursor = makeAttributeCursor(playlist.bytes ?? toLetters(text), 0, 0);
  const variables = makeVariables();
  const found: AnnouncedUri[] = [];
  let line = 1;
  let counted = 0;
  for (let index = 0; index < slots.length; index += 2) {
    const start = slots[index] as number;
    const place = slots[index + 1] as number;
    const noted = toNotedCode(place);
    const end = toPlaceEnd(place, start);
    const code = (noted & slotMask) as SlotCode;
    for (let at = text.indexOf("\n", counted); at !== -1 && at < start; ) {
      line += 1;
      counted = at + 1;
      at = text.indexOf("\n", counted);
    }
    if (code === slot.define) applyDefine(variables, text.slice(start, end), context);
    const role = toRole(playlist, code);
    const spans = readSlotSpans(text, cursor, noted, start, end);
    for (const span of spans) {
      const written = trimLine(text.slice(span.start, span.end));
      const reference = written === "" ? null : applyVariables(written, variables);
      if (typeof reference !== "string") continue;
      const mapped = toMappedUri(map, reference, role);
      if (mapped.kind !== "asset" || (code === slot.unknown && !mapped.sameOrigin)) continue;
      found.push({ role, path: mapped.path, query: mapped.query, line });
    }
  }
  return found;
}

/** The URIs of a slot in any of its forms, see tags.ts. */
function readSlotSpans(
  text: string,
  cursor: AttributeCursor,
  noted: number,
  start: number,
  end: number,
): readonly UriSpan[] {
  const code = (noted & slotMask) as SlotCode;
  const form = noted & formMask;
  if (form === 0) return readUriSpans(text, cursor, code, start, end) ?? [];
  if (form !== siblingSlot) return [{ start, end, bounded: true }];
  return [{ start: toSiblingStart(text, noted, start), end, bounded: true }];
}

function toRole(playlist: Playlist, code: SlotCode): UriRole {
  if (code === slot.line && playlist.kind === "multivariant") return "playlist";
  return slotRules[code].role;
}
