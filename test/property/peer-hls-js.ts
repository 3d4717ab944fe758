// Playlists as hls.js reads them, by its own M3U8Parser. The bundle looks for `self` when it is
// loaded and needs nothing else of a browser. Its types are written down as far as they are used.

import type { View } from "./differential-views.ts";
import { base, printKey, printPart, printRange, printVariant } from "./differential-views.ts";

interface HlsJsRange {
  readonly byteRange: readonly number[];
}

interface HlsJsFragment extends HlsJsRange {
  readonly relurl: string;
  readonly duration: number;
  readonly sn: number;
  readonly cc: number;
  readonly levelkeys?: Readonly<Record<string, { readonly method: string; readonly uri: string }>>;
  readonly initSegment: (HlsJsRange & { readonly relurl: string }) | null;
}

interface HlsJsParser {
  parseLevelPlaylist(
    text: string,
    url: string,
    id: number,
    type: string,
    levelUrlId: number,
    variables: null,
  ): {
    /** Skipped segments of a delta update are null. */
    readonly fragments: readonly (HlsJsFragment | null)[];
    readonly partList:
      | readonly (HlsJsRange & {
          readonly relurl: string;
          readonly duration: number;
          readonly fragment: { readonly sn: number };
        })[]
      | null;
    readonly targetduration: number;
    readonly startSN: number;
    readonly live: boolean;
    readonly skippedSegments: number;
    readonly playlistParsingError: Error | null;
  };
  parseMasterPlaylist(
    text: string,
    url: string,
  ): {
    readonly levels: readonly {
      readonly url: string;
      readonly attrs: Readonly<Record<string, string>>;
    }[];
    readonly iframeVariants: readonly unknown[] | null;
    readonly playlistParsingError: Error | null;
  };
  isMediaPlaylist(text: string): boolean;
}

Object.assign(globalThis, { self: globalThis });
const { M3U8Parser } = (await import("hls.js")) as unknown as { readonly M3U8Parser: HlsJsParser };

function printHlsJsRange({ byteRange }: HlsJsRange): string {
  const [start, end] = byteRange;
  return start === undefined || end === undefined ? "" : printRange(end - start, start);
}

export function readByHlsJs(text: string): View | string {
  if (!M3U8Parser.isMediaPlaylist(text)) {
    const read = M3U8Parser.parseMasterPlaylist(text, base);
    if (read.playlistParsingError !== null) return read.playlistParsingError.message;
    return {
      kind: "multivariant",
      variants: read.levels.map(({ url, attrs }) => {
        const size = /^(\d+)x(\d+)$/.exec(attrs["RESOLUTION"] ?? "");
        const resolution =
          size === null ? null : { width: Number(size[1]), height: Number(size[2]) };
        return printVariant(url, Number(attrs["BANDWIDTH"]), resolution, attrs["CODECS"]);
      }),
      renditions: null,
      iframes: null,
    };
  }
  const read = M3U8Parser.parseLevelPlaylist(text, base, 0, "main", 0, null);
  if (read.playlistParsingError !== null) return read.playlistParsingError.message;
  const { partList } = read;
  const fragments = read.fragments.filter((fragment) => fragment !== null);
  const parts: string[][] = [...fragments.map((): string[] => []), []];
  const first = read.startSN + read.skippedSegments;
  for (const part of partList ?? []) {
    const at = part.fragment.sn - first;
    parts[at]?.push(printPart(part.relurl, part.duration, printHlsJsRange(part)));
  }
  return {
    kind: "media",
    targetDuration: read.targetduration,
    mediaSequence: read.startSN,
    ended: !read.live,
    uris: fragments.map(({ relurl }) => relurl),
    durations: fragments.map(({ duration }) => duration),
    numbers: fragments.map(({ sn }) => sn),
    cuts: fragments.map(({ cc }) => cc),
    keys: fragments.map(({ levelkeys }) => {
      const keys = Object.values(levelkeys ?? {}).filter(({ method }) => method !== "NONE");
      return keys
        .map(({ method, uri }) => printKey(method, uri))
        .sort()
        .join("\n");
    }),
    maps: fragments.map(({ initSegment }) => {
      return initSegment === null ? "" : `${initSegment.relurl} ${printHlsJsRange(initSegment)}`;
    }),
    ranges: fragments.map(printHlsJsRange),
    parts,
  };
}
