// Writes an origin's lines as viewers get them: URIs canonical and labelled with the timeline. It
// makes a small playlist of just the lines that are new, and hands it to the same rewriter that
// every other playlist goes through, so the two cannot differ.

import { parsePlaylist } from "../hls/parse-playlist.ts";
import { parseAssetPath } from "../route/asset-path.ts";
import type { RewriteContext } from "../transform/rewrite-context.ts";
import { rewritePlaylist } from "../transform/rewrite-uris.ts";
import { toCarriedLines } from "./carried-lines.ts";
import { toDefines } from "./head.ts";
import type { Listing } from "./listing.ts";
import type { RawBlock, TagState } from "./raw-block.ts";
import type { BlockReading, ReadStart } from "./read-blocks.ts";
import { readBlocks, toReadStart } from "./read-blocks.ts";
import { readHead } from "./read-head.ts";

export interface TextInput {
  readonly listing: Listing;
  /** Canonical path of the rendition. */
  readonly path: string;
  readonly timeline: number;
  /** Head lines; empty if only blocks are wanted. */
  readonly head: readonly string[];
  readonly dateRanges: readonly string[];
  /** Lines of each block. */
  readonly blocks: readonly (readonly string[])[];
  /** Lines behind the last block, hints and reports included. */
  readonly open: readonly string[];
  readonly start: ReadStart;
}

export interface TextReading extends BlockReading {
  readonly kind: "text";
  readonly head: readonly string[];
}

export interface TextRefusal {
  readonly kind: "refused";
  readonly detail: string;
}

/** The decoded path that the rewriter wants, from the printed one. */
function toPlaylistPath(path: string): string {
  if (!path.includes("%") && !path.startsWith("@")) return path;
  const found = parseAssetPath(path);
  return found.kind === "asset-path" ? found.path : path;
}

export function toContext(listing: Listing, path: string, timeline: number): RewriteContext {
  return { ...listing.place, timeline, playlistPath: toPlaylistPath(path) };
}

export function toCanonicalText(input: TextInput): TextReading | TextRefusal {
  const { listing, path, timeline, start } = input;
  const target = `#EXT-X-TARGETDURATION:${Math.ceil(listing.facts.targetDurationSeconds)}`;
  const defines = toDefines(listing.head);
  const head = input.head.length > 0 ? input.head : ["#EXTM3U", target, defines];
  const pieces = [...head, ...input.dateRanges, ...input.blocks.flat(), ...input.open];
  const text = `${pieces.filter((line) => line !== "").join("\n")}\n`;
  const playlist = parsePlaylist(text);
  if (playlist.kind !== "media") {
    const detail = playlist.kind === "failure" ? playlist.detail : "No media playlist.";
    return { kind: "refused", detail };
  }
  const result = rewritePlaylist(playlist, toContext(listing, path, timeline));
  if (result.kind === "refused") return { kind: "refused", detail: result.detail };
  const found = readHead(result.text);
  const reading = readBlocks(result.text, found.end, start);
  if (reading.blocks.length !== input.blocks.length) {
    return { kind: "refused", detail: "Segments on hosts that the policy drops." };
  }
  const dateRanges = [...found.dateRanges, ...reading.dateRanges];
  return { kind: "text", ...reading, dateRanges, head: found.lines };
}

/** What an origin's tags in effect are in the canonical playlist; null if they cannot be. */
export function toCanonicalState(
  listing: Listing,
  path: string,
  timeline: number,
  state: TagState,
): TagState | null {
  const lines = toCarriedLines(state, []);
  if (lines.length === 0) return state;
  const reading = toCanonicalText({
    listing,
    path,
    timeline,
    head: [],
    dateRanges: [],
    blocks: [[...lines, "#EXTINF:1,", "x"]],
    open: [],
    start: toReadStart(0, 0),
  });
  if (reading.kind === "refused") return null;
  return (reading.blocks[0] as RawBlock).state;
}
