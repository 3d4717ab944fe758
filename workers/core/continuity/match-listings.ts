// Compares what two origins list of one rendition. Candidates for the same bytes have, wherever
// both list a moment, a segment with the same date and duration there; their numbers and names may
// differ. Without dates only the operator's word makes two listings comparable: by their names, or
// by their numbers if they have no name in common.

import { parseHttpUri, resolveUri } from "../http/uri.ts";
import { toTagUri } from "./carried-lines.ts";
import type { Listing } from "./listing.ts";
import type { NameRelation } from "./pair-proof.ts";
import type { RawBlock } from "./raw-block.ts";
import {
  DATE_TOLERANCE_MS,
  DURATION_TOLERANCE_SECONDS,
  isSameName,
  toMake,
  toPlainUri,
} from "./raw-block.ts";

export type Match =
  | {
      readonly kind: "match";
      /** A segment that both list. */
      readonly a: RawBlock;
      readonly b: RawBlock;
      readonly names: NameRelation;
    }
  | { readonly kind: "different"; readonly by: "date" | "duration"; readonly dateMs: number | null }
  | { readonly kind: "unrelated" };

export interface MatchOptions {
  readonly needsDates: boolean;
  /** False: names were compared before. */
  readonly needsNames: boolean;
}

/** Segments that are compared: the newest ones. */
const MATCH_BLOCKS = 16;
/** Dates that were not written but added up from rounded durations. */
const ADDED_TOLERANCE_MS = 100;

export function matchListings(a: Listing, b: Listing, options: MatchOptions): Match {
  const left = a.blocks.slice(-MATCH_BLOCKS);
  const right = b.blocks.slice(-MATCH_BLOCKS);
  const pairs: [RawBlock, RawBlock][] = [];
  const isDated = left[0]?.dateMs != null && right[0]?.dateMs != null;
  if (!isDated && options.needsDates) return { kind: "unrelated" };
  const isNamed = !isDated && right.some((block) => seekName(left, block) !== null);
  for (const block of right) {
    const other = isDated ? seekDate(left, block) : seekUndated(left, block, isNamed);
    if (other === "absent") return { kind: "different", by: "date", dateMs: block.dateMs };
    if (other === null) continue;
    const apart = Math.abs(other.durationSeconds - block.durationSeconds);
    if (apart > DURATION_TOLERANCE_SECONDS) {
      return { kind: "different", by: "duration", dateMs: block.dateMs };
    }
    pairs.push([other, block]);
  }
  const [first] = pairs;
  if (first === undefined) return { kind: "unrelated" };
  // The oldest shared segment but one is surely complete on both sides.
  const [one, two] = pairs[Math.min(1, pairs.length - 1)] ?? first;
  const names = options.needsNames ? toNames(a, b, pairs) : "equal";
  return { kind: "match", a: one, b: two, names };
}

/** The block of the same moment; null outside of what is listed, "absent" if none begins then. */
function seekDate(blocks: readonly RawBlock[], block: RawBlock): RawBlock | null | "absent" {
  const dateMs = block.dateMs;
  const firstMs = blocks[0]?.dateMs ?? null;
  const lastMs = blocks.at(-1)?.dateMs ?? null;
  if (dateMs === null || firstMs === null || lastMs === null) return null;
  for (const other of blocks) {
    if (other.dateMs === null) continue;
    const isWritten = other.hasDate && block.hasDate;
    const toleranceMs = isWritten ? DATE_TOLERANCE_MS : ADDED_TOLERANCE_MS;
    if (Math.abs(other.dateMs - dateMs) <= toleranceMs) return other;
  }
  return dateMs < firstMs - DATE_TOLERANCE_MS || dateMs > lastMs + DATE_TOLERANCE_MS
    ? null
    : "absent";
}

/** By name, or by number if the two have no name in common. */
function seekUndated(
  blocks: readonly RawBlock[],
  block: RawBlock,
  isNamed: boolean,
): RawBlock | null {
  if (isNamed) return seekName(blocks, block);
  return blocks.find(({ msn }) => msn === block.msn) ?? null;
}

function seekName(blocks: readonly RawBlock[], block: RawBlock): RawBlock | null {
  return blocks.find((other) => isSameName(other, block)) ?? null;
}

function toNames(a: Listing, b: Listing, pairs: readonly [RawBlock, RawBlock][]): NameRelation {
  const named = pairs.map(([one, two]) => [toName(a, one.uri), toName(b, two.uri)] as const);
  if (named.every(([one, two]) => one === two)) return "equal";
  const makes = new Set(named.map(([one]) => toMake(one)));
  return named.some(([, two]) => makes.has(toMake(two))) ? "clashing" : "other";
}

/** The path below the origin's prefix, or the whole URI if it lies elsewhere. */
export function toName(listing: Listing, uri: string): string {
  const { playlistUrl, prefixUrl } = listing.place;
  const base = parseHttpUri(playlistUrl);
  const prefix = parseHttpUri(prefixUrl);
  const found = base === null ? null : resolveUri(uri, base);
  if (found === null || found.kind !== "http" || prefix === null) return toPlainUri(uri);
  const path = found.segments.join("/");
  const root = prefix.segments.join("/");
  const isBelow = found.origin === prefix.origin && path.startsWith(root);
  return isBelow ? path.slice(root.length) : `${found.origin}/${path}`;
}

/**
 * The name in `b` of what is named `path` in `a`: segments by date, init sections by their
 * place.
 */
export function matchNames(a: Listing, b: Listing, path: string): string | null {
  const name = toPlainUri(path);
  const file = name.slice(name.lastIndexOf("/") + 1);
  // Resolving is dear: only what ends as the name does can be it.
  const isNamed = (uri: string) =>
    toPlainUri(uri).endsWith(file) && toPlainUri(toName(a, uri)) === name;
  for (const block of a.blocks) {
    const isSegment = isNamed(block.uri);
    const { map: line } = block.state;
    const map = line === null || !line.includes(file) ? null : toTagUri(line);
    const isInit = map !== null && isNamed(map);
    if (!isSegment && !isInit) continue;
    if (a === b) return path;
    const found =
      block.dateMs === null ? seekUndated(b.blocks, block, false) : seekDate(b.blocks, block);
    if (found === null || found === "absent") continue;
    if (isSegment) return toName(b, found.uri);
    const other = found.state.map === null ? null : toTagUri(found.state.map);
    if (other !== null) return toName(b, other);
  }
  return null;
}
