// Playlists as m3u8-parser (video.js) reads them, in the shape that all peers are compared in.
// Its types are written down as far as they are used.

import { createRequire } from "node:module";
import type { View } from "./differential-views.ts";
import { printPart, printRange, printVariant } from "./differential-views.ts";

interface VideoJsRange {
  readonly length: number;
  readonly offset?: number;
}

interface VideoJsSegment {
  readonly uri?: string;
  readonly duration?: number;
  readonly timeline?: number;
  readonly byterange?: VideoJsRange;
  readonly key?: { readonly method: string; readonly uri: string };
  readonly map?: { readonly uri: string; readonly byterange?: VideoJsRange };
  readonly parts?: readonly {
    readonly uri: string;
    readonly duration: number;
    readonly byterange?: VideoJsRange;
  }[];
}

interface VideoJsManifest {
  readonly segments: readonly VideoJsSegment[];
  readonly preloadSegment?: VideoJsSegment;
  readonly targetDuration?: number;
  readonly mediaSequence?: number;
  readonly endList?: boolean;
  readonly playlists?: readonly {
    readonly uri: string;
    readonly attributes: {
      readonly BANDWIDTH?: number;
      readonly RESOLUTION?: { readonly width: number; readonly height: number };
      readonly CODECS?: string;
    };
  }[];
  readonly mediaGroups?: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, { readonly uri?: string }>>>>>
  >;
  readonly iFramePlaylists?: readonly { readonly uri: string }[];
}

interface VideoJsParser {
  readonly manifest: VideoJsManifest;
  push(text: string): void;
  end(): void;
}

const require = createRequire(import.meta.url);
const { Parser } = require("m3u8-parser") as { readonly Parser: new () => VideoJsParser };

function printVideoJsRange(range: VideoJsRange | undefined): string {
  return printRange(range?.length, range?.offset);
}

export function readByVideoJs(text: string): View | string {
  const parser = new Parser();
  parser.push(text);
  parser.end();
  const { manifest } = parser;
  const { playlists, segments } = manifest;
  if (playlists !== undefined) {
    return {
      kind: "multivariant",
      variants: playlists.map(({ uri, attributes }) => {
        const { BANDWIDTH, RESOLUTION, CODECS } = attributes;
        return printVariant(uri, BANDWIDTH, RESOLUTION, CODECS);
      }),
      renditions: Object.entries(manifest.mediaGroups ?? {})
        .flatMap(([type, groups]) => {
          return Object.entries(groups).flatMap(([group, names]) => {
            return Object.entries(names).map(([name, { uri }]) => {
              return `${type} ${group} ${name} ${uri ?? ""}`;
            });
          });
        })
        .sort(),
      iframes: (manifest.iFramePlaylists ?? []).map(({ uri }) => uri),
    };
  }
  const printParts = ({ parts = [] }: VideoJsSegment) => {
    return parts.map(({ uri, duration, byterange }) => {
      return printPart(uri, duration, printVideoJsRange(byterange));
    });
  };
  return {
    kind: "media",
    targetDuration: manifest.targetDuration ?? -1,
    mediaSequence: manifest.mediaSequence ?? 0,
    ended: manifest.endList === true,
    uris: segments.map(({ uri }) => uri ?? ""),
    durations: segments.map(({ duration }) => duration ?? 0),
    numbers: null,
    cuts: segments.map(({ timeline }) => timeline ?? 0),
    // It keeps one key and knows key systems only beside the segments.
    keys: null,
    maps: segments.map(({ map }) => {
      return map === undefined ? "" : `${map.uri} ${printVideoJsRange(map.byterange)}`;
    }),
    ranges: segments.map(({ byterange }) => printVideoJsRange(byterange)),
    parts: [...segments.map(printParts), printParts(manifest.preloadSegment ?? {})],
  };
}
