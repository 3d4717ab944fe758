// The path of an asset below its channel, as it stands in viewers' URLs and in rewritten playlists:
// an optional label, then the path below the origin's prefix (design of the viewer contract:
// `/{channel}/[@label/]{path}`). The edge's router reads it and the rewriter writes it, so both
// live here and are inverse to each other:
//   [@t{n}/][@self/ | @{alias}/ | @parts/]{path}
// A label of both kinds means a file of timeline n on another host, or made of its parts. It does
// NOT know channels, tokens or queries, and it does not decide whether `@self` or an alias is
// allowed: that is policy.

import { parsePathSegment, printPathSegment } from "../http/percent.ts";

export type AssetLabel =
  /** Below the channel's own prefix. */
  | { readonly kind: "timeline"; readonly n: number }
  /** On the channel's own host, outside the prefix: the path begins at the host's root. */
  | { readonly kind: "self"; readonly n: number }
  /** Put together by the edge from parts: `@parts/{rendition}/{number}`. */
  | { readonly kind: "parts"; readonly n: number }
  /** Below the base URL of another allowed host. */
  | { readonly kind: "host"; readonly alias: string; readonly n: number };

export interface AssetPath {
  readonly kind: "asset-path";
  /** `n` is the timeline, 0 being the one without a label. */
  readonly label: AssetLabel;
  /**
   * Decoded segments joined by "/"; no segment is empty, "." or ".." and none holds a separator.
   */
  readonly path: string;
}

export const assetPathFailureReasons = [
  "empty-segment",
  "dot-segment",
  "encoded-separator",
  "control-character",
  "bad-escape",
  "unknown-label",
] as const;
export type AssetPathFailureReason = (typeof assetPathFailureReasons)[number];

export interface AssetPathFailure {
  readonly kind: "failure";
  readonly reason: AssetPathFailureReason;
  readonly detail: string;
}

const aliasForm = /^[a-z0-9][a-z0-9-]{0,62}$/;
/**
 * Words that are labels of their own, now or by design: timelines, canaries, built parts, the own
 * host.
 */
const reservedWord = /^(?:t\d.*|c\d.*|self|parts)$/;

/** True if an operator may give this alias to a host. */
export function isHostAlias(alias: string): boolean {
  return aliasForm.test(alias) && !reservedWord.test(alias);
}

export const timelineZero: AssetLabel = { kind: "timeline", n: 0 };

/** Reads a raw (still percent-encoded) path without leading slash. */
export function parseAssetPath(path: string): AssetPath | AssetPathFailure {
  const raw = path.split("/");
  let label: AssetLabel = timelineZero;
  let taken = 0;
  while (taken < 2 && raw[taken]?.startsWith("@")) {
    const next = parseLabel(raw[taken] as string, label, taken);
    if (next === null) return fail("unknown-label", `"${printPiece(raw[taken])}" is no label.`);
    label = next;
    taken += 1;
    if (label.kind !== "timeline") break;
  }
  const segments: string[] = [];
  for (const piece of raw.slice(taken)) {
    const segment = parsePathSegment(piece);
    const fault = decideFault(piece, segment);
    if (fault !== null) return fail(fault, `The path segment "${printPiece(piece)}" is refused.`);
    segments.push(segment as string);
  }
  if (segments.length === 0) return fail("empty-segment", "A label without a path.");
  return { kind: "asset-path", label, path: segments.join("/") };
}

function fail(reason: AssetPathFailureReason, detail: string): AssetPathFailure {
  return { kind: "failure", reason, detail };
}

function printPiece(piece: string | undefined): string {
  return (piece ?? "").slice(0, 60).replace(/[^\x20-\x7e]/g, "?");
}

function parseLabel(word: string, before: AssetLabel, position: number): AssetLabel | null {
  const name = word.slice(1);
  if (/^t[1-9]\d{0,14}$/.test(name)) {
    return position === 0 ? { kind: "timeline", n: Number(name.slice(1)) } : null;
  }
  if (name === "self" || name === "parts") return { kind: name, n: before.n };
  return isHostAlias(name) ? { kind: "host", alias: name, n: before.n } : null;
}

function decideFault(raw: string, segment: string | null): AssetPathFailureReason | null {
  if (segment === null) return "bad-escape";
  if (segment === "") return "empty-segment";
  // Some origins take what stands behind a semicolon off, and would find a dot segment then.
  if (/^\.{1,2}(?:;|$)/.test(segment)) return "dot-segment";
  if (/[/\\]/.test(segment)) return "encoded-separator";
  if (/[\x00-\x1f\x7f]/.test(segment)) return "control-character";
  // An unescaped label or token letter anywhere else is not the spelling that the rewriter
  // announces.
  return raw.startsWith("@") || raw.startsWith("~") ? "unknown-label" : null;
}

/** The printed segments of a label: none for timeline 0. */
export function printAssetLabel(label: AssetLabel): readonly string[] {
  const timeline = label.n === 0 ? [] : [`@t${label.n}`];
  if (label.kind === "timeline") return timeline;
  return [...timeline, label.kind === "host" ? `@${label.alias}` : `@${label.kind}`];
}

/** The canonical spelling, without leading slash. Inverse of parseAssetPath. */
export function printAssetPath(asset: AssetPath): string {
  const segments = asset.path.split("/").map(printPathSegment);
  return [...printAssetLabel(asset.label), ...segments].join("/");
}
