// One playlist as four readers see it: Weir, hls.js (its own M3U8Parser), m3u8-parser and
// hls-parser. A view holds only what all can say; a field that a reader has no word for is null and
// is not compared. Where a reader is known to be wrong, differential-exceptions.ts says so, not
// this file.

import type { Attributes } from "../../workers/core/hls/attribute-list.ts";
import { parseAttributes, parseStringAttribute } from "../../workers/core/hls/attribute-list.ts";
import { parsePlaylist } from "../../workers/core/hls/parse-playlist.ts";
import type { ByteRange, MediaPlaylist, Part } from "../../workers/core/hls/playlist.ts";

export interface MediaView {
  readonly kind: "media";
  readonly targetDuration: number;
  readonly mediaSequence: number;
  readonly ended: boolean;
  readonly uris: readonly string[];
  readonly durations: readonly number[];
  readonly numbers: readonly number[] | null;
  /** Discontinuity sequence of each segment. */
  readonly cuts: readonly number[] | null;
  /** Per segment: "METHOD uri" of all key formats, sorted. */
  readonly keys: readonly string[] | null;
  readonly maps: readonly string[] | null;
  /** Per segment "length@offset", empty without range. */
  readonly ranges: readonly string[] | null;
  /** Per segment, the parts behind the last one included: "uri duration range". */
  readonly parts: readonly (readonly string[])[] | null;
}

export interface MultivariantView {
  readonly kind: "multivariant";
  /** "uri bandwidth resolution codecs" of each variant. */
  readonly variants: readonly string[];
  /** "TYPE group name uri" of each rendition, sorted; null: not said. */
  readonly renditions: readonly string[] | null;
  readonly iframes: readonly string[] | null;
}

export type View = MediaView | MultivariantView;

/** A reader's answer; a string is its own refusal. */
export type Reader = (text: string) => View | string;

/** The query answers EXT-X-DEFINE:QUERYPARAM="t". */
export const base = "https://viewer.example/demo/v1/index.m3u8?t=abc";

/**
 * Some readers resolve what others leave as written, so keys and variants are compared resolved.
 */
function toAbsolute(uri: string): string {
  return URL.canParse(uri, base) ? new URL(uri, base).href : uri;
}

export function printRange(length: number | undefined, offset: number | null | undefined): string {
  return length === undefined ? "" : `${length}@${offset ?? "?"}`;
}

function printOwnRange(range: ByteRange | null): string {
  return range === null ? "" : printRange(range.lengthBytes, range.offsetBytes);
}

export function printPart(uri: string, duration: number, range: string): string {
  return `${uri} ${duration.toFixed(5)} ${range}`;
}

export function readByWeir(text: string): View | string {
  const playlist = parsePlaylist(text);
  if (playlist.kind === "failure") return playlist.reason;
  if (playlist.kind === "media") return toOwnMediaView(playlist);
  return {
    kind: "multivariant",
    variants: playlist.variants().map(({ uri, bandwidth, resolution, codecs }) => {
      return printVariant(uri, bandwidth, resolution, codecs);
    }),
    renditions: playlist
      .renditions()
      .map(({ type, groupId, name, uri }) => `${type} ${groupId} ${name} ${uri ?? ""}`)
      .sort(),
    iframes: playlist.iframeVariants().map(({ uri }) => uri),
  };
}

export function printVariant(
  uri: string,
  bandwidth: number | null | undefined,
  resolution: { readonly width: number; readonly height: number } | null | undefined,
  codecs: string | null | undefined,
): string {
  const size = resolution == null ? "" : `${resolution.width}x${resolution.height}`;
  return `${toAbsolute(uri)} ${bandwidth ?? 0} ${size} ${codecs ?? ""}`;
}

function toOwnMediaView(playlist: MediaPlaylist): MediaView {
  const segments = playlist.segments();
  const printOwnPart = ({ uri, durationSeconds, byteRange }: Part) => {
    return printPart(uri, durationSeconds, printOwnRange(byteRange));
  };
  return {
    kind: "media",
    targetDuration: playlist.targetDurationSeconds,
    mediaSequence: playlist.mediaSequence,
    ended: playlist.ended,
    uris: segments.map(({ uri }) => uri),
    durations: segments.map(({ durationSeconds }) => durationSeconds),
    numbers: segments.map(({ msn }) => msn),
    cuts: segments.map(({ discontinuitySequence }) => discontinuitySequence),
    keys: segments.map(({ keys }) => keys.map(printOwnKey).sort().join("\n")),
    maps: segments.map(({ map }) => printOwnMap(map)),
    ranges: segments.map(({ byteRange }) => printOwnRange(byteRange)),
    parts: [
      ...segments.map(({ parts }) => parts.map(printOwnPart)),
      playlist.openParts().map(printOwnPart),
    ],
  };
}

function toAttributes(value: string): Attributes {
  const found = parseAttributes(value, 0, value.length, 64);
  return typeof found === "string" ? new Map() : found;
}

function printOwnKey(value: string): string {
  const attributes = toAttributes(value);
  return printKey(attributes.get("METHOD") ?? "", parseStringAttribute(attributes, "URI") ?? "");
}

export function printKey(method: string, uri: string): string {
  return `${method} ${toAbsolute(uri)}`;
}

function printOwnMap(value: string | null): string {
  if (value === null) return "";
  const attributes = toAttributes(value);
  const range = parseStringAttribute(attributes, "BYTERANGE") ?? "";
  return `${parseStringAttribute(attributes, "URI")} ${range}`;
}
