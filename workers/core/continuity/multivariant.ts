// The canonical multivariant playlist and who has which of its renditions. The first valid one is
// the channel's until the catalog changes, because players read it once. Another origin's
// renditions are matched to it: by path; by STABLE-VARIANT-ID, or TYPE, GROUP-ID and NAME; by
// RESOLUTION, CODECS and BANDWIDTH to 20 %. An origin without a counterpart for one of them cannot
// be joined (parity).

import { parseStringAttribute } from "../hls/attribute-list.ts";
import type { MultivariantPlaylist, Rendition, Variant } from "../hls/playlist.ts";
import { parseAssetPath } from "../route/asset-path.ts";
import { rewritePlaylist } from "../transform/rewrite-uris.ts";
import type { CanonicalMultivariant, RenditionEntry } from "./canonical-multivariant.ts";
import type { LedgerEvent } from "./event.ts";
import type { Draft } from "./ledger.ts";
import { emit, note, setOrigin } from "./ledger.ts";

type MultivariantEvent = Extract<LedgerEvent, { kind: "multivariant" }>;

/** How far two bandwidths may be apart. */
const BANDWIDTH_TOLERANCE = 0.2;

export function applyMultivariant(draft: Draft, event: MultivariantEvent): void {
  const { ledger } = draft;
  const book = ledger.origins.get(event.origin);
  if (book === undefined) return;
  const read = toMultivariant(event);
  if (typeof read === "string") {
    return void note(draft, "uri-refused", { origin: event.origin }, { detail: read });
  }
  const canonical = ledger.multivariant ?? read;
  if (ledger.multivariant === null) {
    draft.ledger = { ...ledger, multivariant: read };
    emit(draft, { kind: "publish-multivariant" });
  } else if (read.text !== canonical.text) {
    note(draft, "multivariant-fixed", { origin: event.origin });
  }
  const { paths, missing } = matchRenditions(canonical.entries, read.entries);
  if (missing.length > 0) {
    const list = missing.slice(0, 8).join(" ");
    note(draft, "parity-missing", { origin: event.origin }, { renditions: list });
  }
  setOrigin(draft, { ...book, paths, missing });
}

/** The playlist as viewers get it, or why it cannot be had. */
function toMultivariant({
  playlist,
  place,
  path,
}: MultivariantEvent): CanonicalMultivariant | string {
  const decoded = parseAssetPath(path);
  const playlistPath = decoded.kind === "asset-path" ? decoded.path : path;
  const result = rewritePlaylist(playlist, { ...place, timeline: 0, playlistPath });
  if (result.kind === "refused") return result.detail;
  const byLine = new Map(result.uris().map((uri) => [uri.line, uri.path]));
  const entries = toEntries(playlist, byLine);
  if (entries.length === 0) return "It names no media playlist of this channel.";
  return { path, text: result.text, entries, order: entries.map((entry) => entry.path) };
}

function toEntries(
  playlist: MultivariantPlaylist,
  byLine: ReadonlyMap<number, string>,
): readonly RenditionEntry[] {
  const found: RenditionEntry[] = [];
  const add = (line: number, entry: Omit<RenditionEntry, "path">) => {
    const path = byLine.get(line);
    if (path === undefined || found.some((one) => one.path === path)) return;
    found.push({ path, ...entry });
  };
  for (const variant of playlist.variants()) add(variant.line, toVariantEntry(variant, "variant"));
  for (const rendition of playlist.renditions()) {
    if (rendition.uri !== null) add(rendition.line, toRenditionEntry(rendition));
  }
  for (const variant of playlist.iframeVariants()) {
    add(variant.line, toVariantEntry(variant, "iframes"));
  }
  return found;
}

function toVariantEntry(
  variant: Variant,
  kind: "variant" | "iframes",
): Omit<RenditionEntry, "path"> {
  const { resolution, codecs, bandwidth, attributes } = variant;
  return {
    kind,
    stableId: parseStringAttribute(attributes, "STABLE-VARIANT-ID"),
    resolution: resolution === null ? null : `${resolution.width}x${resolution.height}`,
    codecs,
    bandwidth,
  };
}

function toRenditionEntry({ type, groupId, name }: Rendition): Omit<RenditionEntry, "path"> {
  const stableId = `${type}/${groupId}/${name}`;
  return { kind: "rendition", stableId, resolution: null, codecs: null, bandwidth: null };
}

interface RenditionMatch {
  /** Canonical path by own path. */
  readonly paths: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
}

/** Finds a counterpart for each canonical rendition; the surest matches are made first. */
export function matchRenditions(
  canonical: readonly RenditionEntry[],
  own: readonly RenditionEntry[],
): RenditionMatch {
  const paths = new Map<string, string>();
  const open = new Set(canonical);
  const rules = [isSamePath, isSameStableId, isAlike];
  for (const isMatch of rules) {
    for (const entry of open) {
      const found = own.find((one) => !paths.has(one.path) && isMatch(entry, one));
      if (found === undefined) continue;
      paths.set(found.path, entry.path);
      open.delete(entry);
    }
  }
  const missing = [...open].filter(({ kind }) => kind !== "iframes").map(({ path }) => path);
  return { paths, missing };
}

function isSamePath(a: RenditionEntry, b: RenditionEntry): boolean {
  return a.kind === b.kind && a.path === b.path;
}

function isSameStableId(a: RenditionEntry, b: RenditionEntry): boolean {
  return a.kind === b.kind && a.stableId !== null && a.stableId === b.stableId;
}

function isAlike(a: RenditionEntry, b: RenditionEntry): boolean {
  if (a.kind !== b.kind || a.kind === "rendition") return false;
  if (a.bandwidth === null || b.bandwidth === null) return false;
  if (a.resolution !== b.resolution || a.codecs !== b.codecs) return false;
  return Math.abs(b.bandwidth - a.bandwidth) <= BANDWIDTH_TOLERANCE * a.bandwidth;
}
