// Moves one variant to the front: players begin with the first one they can play (bis-22 section
// 4.4.6.2), so its order is how an operator chooses the start-up quality. The order of the others
// stays.

import { parseIntegerAttribute } from "../../hls/attribute-list.ts";
import type { MultivariantPlaylist } from "../../hls/playlist.ts";
import type { EditResult } from "./edit.ts";
import { toEdited, toUnedited } from "./edit.ts";
import type { Entry } from "./multivariant-entries.ts";
import { toEntries, toEntryLines } from "./multivariant-entries.ts";
import { toLineBreak } from "./splices.ts";
import { toTextLines } from "./text-lines.ts";

export interface FirstVariantOptions {
  /** The variant with the highest BANDWIDTH up to this one is the first; bits per second. */
  readonly bandwidthMax?: number;
  /** The variant with the greatest height up to this one, and of these the one with most bits. */
  readonly heightPixelsMax?: number;
}

export function applyFirstVariant(
  playlist: MultivariantPlaylist,
  options: FirstVariantOptions,
): EditResult<MultivariantPlaylist> {
  const { text } = playlist;
  const variants = toEntries(text, toTextLines(text)).filter((entry) => {
    return entry.kind === "variant" && entry.uri !== null;
  });
  const chosen = decideFirst(variants, options);
  const first = variants[0];
  if (chosen === null) return toUnedited(playlist, "first-variant", "variant-missing");
  if (first === undefined || chosen === first) return toEdited(playlist, []);
  const lines = toEntryLines(chosen);
  const lineBreak = toLineBreak(text);
  const block = lines.map((line) => {
    const written = text.slice(line.start, line.next);
    return written.endsWith("\n") ? written : text.slice(line.start, line.end) + lineBreak;
  });
  const at = first.tag.start;
  return toEdited(playlist, [
    { start: at, end: at, text: block.join("") },
    ...lines.map((line) => ({ start: line.start, end: line.next, text: "" })),
  ]);
}

function decideFirst(variants: readonly Entry[], options: FirstVariantOptions): Entry | null {
  const { bandwidthMax = Infinity, heightPixelsMax = Infinity } = options;
  let best: { entry: Entry; height: number; bandwidth: number } | null = null;
  for (const entry of variants) {
    const bandwidth = parseIntegerAttribute(entry.attributes, "BANDWIDTH");
    const found = /^\d{1,9}x(\d{1,9})$/.exec(entry.attributes.get("RESOLUTION") ?? "");
    const height = found === null ? 0 : Number(found[1]);
    if (bandwidth === null || bandwidth > bandwidthMax || height > heightPixelsMax) continue;
    // Height leads only if the operator asked for one; else bits do.
    const ahead = options.heightPixelsMax === undefined ? 0 : height - (best?.height ?? 0);
    const isBetter = best === null || ahead > 0 || (ahead === 0 && bandwidth > best.bandwidth);
    if (isBetter) best = { entry, height, bandwidth };
  }
  return best?.entry ?? null;
}
