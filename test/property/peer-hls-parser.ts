// Playlists as hls-parser reads them, in the shape that all peers are compared in. Its types are
// written down as far as they are used.

import { createRequire } from "node:module";
import type { View } from "./differential-views.ts";
import { printPart, printRange, printVariant } from "./differential-views.ts";

const require = createRequire(import.meta.url);

interface HlsParserRange {
  readonly length: number;
  readonly offset?: number;
}

interface HlsParserSegment {
  readonly uri: string;
  readonly duration: number;
  readonly mediaSequenceNumber: number;
  readonly discontinuitySequence: number;
  readonly byterange?: HlsParserRange;
  readonly key: { readonly method: string; readonly uri?: string } | null;
  readonly map: { readonly uri: string; readonly byterange?: HlsParserRange } | null;
  readonly parts: readonly {
    readonly uri: string;
    readonly duration: number;
    readonly hint?: boolean;
    readonly byterange?: HlsParserRange;
  }[];
}

interface HlsParserPlaylist {
  readonly isMasterPlaylist: boolean;
  readonly targetDuration: number;
  readonly mediaSequenceBase: number;
  readonly endlist: boolean;
  readonly segments: readonly HlsParserSegment[];
  readonly variants: readonly {
    readonly uri: string;
    readonly bandwidth: number;
    readonly codecs?: string;
    readonly isIFrameOnly?: boolean;
    readonly resolution?: { readonly width: number; readonly height: number };
  }[];
}

const HlsParser = require("hls-parser") as {
  parse(text: string): HlsParserPlaylist;
  setOptions(options: object): void;
};
HlsParser.setOptions({ strictMode: false, silent: true });

export function readByHlsParser(text: string): View | string {
  let read: HlsParserPlaylist;
  try {
    read = HlsParser.parse(text);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (read.isMasterPlaylist) {
    const main = read.variants.filter(({ isIFrameOnly }) => isIFrameOnly !== true);
    return {
      kind: "multivariant",
      variants: main.map(({ uri, bandwidth, resolution, codecs }) => {
        return printVariant(uri, bandwidth, resolution, codecs);
      }),
      renditions: null,
      iframes: read.variants
        .filter(({ isIFrameOnly }) => isIFrameOnly === true)
        .map(({ uri }) => uri),
    };
  }
  // Open parts stand in a last segment without URI.
  const whole = read.segments.filter(({ uri }) => uri !== undefined && uri !== "");
  const open = read.segments.find(({ uri }) => uri === undefined || uri === "");
  const printParts = (segment: HlsParserSegment | undefined) => {
    return (segment?.parts ?? [])
      .filter(({ hint }) => hint !== true)
      .map(({ uri, duration, byterange }) => {
        return printPart(uri, duration, printRange(byterange?.length, byterange?.offset));
      });
  };
  return {
    kind: "media",
    targetDuration: read.targetDuration,
    mediaSequence: read.mediaSequenceBase,
    ended: read.endlist,
    uris: whole.map(({ uri }) => uri),
    durations: whole.map(({ duration }) => duration),
    numbers: whole.map(({ mediaSequenceNumber }) => mediaSequenceNumber),
    cuts: whole.map(({ discontinuitySequence }) => discontinuitySequence),
    // It keeps the last key only, whatever its KEYFORMAT.
    keys: null,
    maps: whole.map(({ map }) => {
      if (map === null) return "";
      return `${map.uri} ${printRange(map.byterange?.length, map.byterange?.offset)}`;
    }),
    ranges: whole.map(({ byterange }) => printRange(byterange?.length, byterange?.offset)),
    parts: [...whole.map(printParts), printParts(open)],
  };
}
