// The preload hints of a canonical playlist (bis-22 section 4.4.5.3): what the origin says will
// come next. For the edge, which lets requests for it wait. Canonical playlists end with hints and
// then reports, so only the last few lines are read, however long the playlist is.

import { parseAttributes, parseStringAttribute } from "./attribute-list.ts";

export interface PreloadHint {
  /** As it stands in the playlist. */
  readonly uri: string;
  /** First byte that is not there yet, where the file grows; null for a file of its own. */
  readonly firstByte: number | null;
}

const HINT = "#EXT-X-PRELOAD-HINT:";
const REPORT = "#EXT-X-RENDITION-REPORT:";
const ATTRIBUTES_MAX = 16;

/** The hints of a playlist of ours, in order; none is the rule. */
export function readPreloadHints(text: string): readonly PreloadHint[] {
  const hints: PreloadHint[] = [];
  let end = text.endsWith("\n") ? text.length - 1 : text.length;
  while (end > 0) {
    const start = text.lastIndexOf("\n", end - 1) + 1;
    if (text.startsWith(HINT, start)) {
      const hint = toHint(text, start + HINT.length, end);
      if (hint !== null) hints.unshift(hint);
    } else if (!text.startsWith(REPORT, start)) break;
    end = start - 1;
  }
  return hints;
}

function toHint(text: string, start: number, end: number): PreloadHint | null {
  const attributes = parseAttributes(text, start, end, ATTRIBUTES_MAX);
  const uri = typeof attributes === "string" ? null : parseStringAttribute(attributes, "URI");
  if (typeof attributes === "string" || uri === null) return null;
  const first = attributes.get("BYTERANGE-START");
  return { uri, firstByte: first !== undefined && /^\d{1,15}$/.test(first) ? Number(first) : null };
}
