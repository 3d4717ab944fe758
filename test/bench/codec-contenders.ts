// Who takes part in the codec bench, each from bytes to bytes: ours, the limit, and the parsers
// that people use instead. A peer does the same work as far as it can: m3u8-parser has no printer,
// so it only parses; the others parse, put our head before every URI, and print, although what they
// print has lost the tags that they do not know.

import { createRequire } from "node:module";
import { defaultPlaylistLimits } from "../../workers/core/hls/limits.ts";
import { parsePlaylist } from "../../workers/core/hls/parse-playlist.ts";
import type { RewriteContext } from "../../workers/core/transform/rewrite-context.ts";
import { rewritePlaylist } from "../../workers/core/transform/rewrite-uris.ts";
import type { BenchInput } from "./inputs.ts";
import { prefixUrl } from "./inputs.ts";
import type { Contender } from "./measure.ts";

// As the origin client decodes bodies (workers/platform/body.ts).
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export function toContext(input: BenchInput, timeline: number): RewriteContext {
  return {
    channel: "demo",
    playlistPath: input.playlistPath,
    playlistUrl: input.playlistUrl,
    prefixUrl,
    timeline,
    beyondPrefix: false,
    hosts: [],
    unknownHosts: "keep",
    query: "",
  };
}

export function runOurs(input: BenchInput, timeline: number): Uint8Array {
  const text = decoder.decode(input.bytes);
  const playlist = parsePlaylist(text, defaultPlaylistLimits, input.bytes);
  if (playlist.kind === "failure") throw new Error(playlist.detail);
  const result = rewritePlaylist(playlist, toContext(input, timeline));
  if (result.kind === "refused") throw new Error(result.detail);
  return result.bytes() ?? encoder.encode(result.text);
}

/** The limit: decode, find line ends, put a head before each URI line, encode. */
export function runLimit(input: BenchInput, head: string): Uint8Array {
  const text = decoder.decode(input.bytes);
  let out = "";
  let from = 0;
  for (let position = 0; position < text.length; ) {
    let end = text.indexOf("\n", position);
    if (end === -1) end = text.length;
    if (end > position && text.charCodeAt(position) !== 35) {
      out += text.slice(from, position) + head;
      from = position;
    }
    position = end + 1;
  }
  return encoder.encode(out + text.slice(from));
}

/** The limit of a rewriter that leaves no URI out: also in front of each URI of a tag. */
function runWideLimit(input: BenchInput, head: string): Uint8Array {
  const text = decoder.decode(input.bytes);
  let out = "";
  let from = 0;
  let nextUri = text.indexOf('URI="');
  for (let position = 0; position < text.length; ) {
    let end = text.indexOf("\n", position);
    if (end === -1) end = text.length;
    let start = position;
    if (text.charCodeAt(position) === 35) {
      start = nextUri !== -1 && nextUri < end ? nextUri + 5 : end;
      if (start < end) nextUri = text.indexOf('URI="', end);
    }
    if (start < end) {
      out += text.slice(from, start) + head;
      from = start;
    }
    position = end + 1;
  }
  return encoder.encode(out + text.slice(from));
}

const require = createRequire(import.meta.url);

interface M3u8Parser {
  push(text: string): void;
  end(): void;
  readonly manifest: { readonly segments?: readonly unknown[] };
}
const m3u8Parser = require("m3u8-parser") as { readonly Parser: new () => M3u8Parser };

interface HlsParserUri {
  uri?: string;
}
interface HlsParserPlaylist {
  readonly isMasterPlaylist: boolean;
  readonly variants?: readonly (HlsParserUri & { readonly audio: readonly HlsParserUri[] })[];
  readonly segments?: readonly (HlsParserUri & { readonly parts?: readonly HlsParserUri[] })[];
}
const hlsParser = require("hls-parser") as {
  parse(text: string): HlsParserPlaylist;
  stringify(playlist: HlsParserPlaylist): string;
  setOptions(options: { readonly silent: boolean }): void;
};
hlsParser.setOptions({ silent: true });

interface EyevinnItem {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}
interface EyevinnPlaylist {
  readonly items: Readonly<Record<string, readonly EyevinnItem[]>>;
  toString(): string;
}
interface EyevinnStream {
  on(event: "m3u", listener: (playlist: EyevinnPlaylist) => void): void;
  write(text: string): void;
  end(): void;
}
const eyevinn = require("@eyevinn/m3u8") as { createStream(): EyevinnStream };

function runM3u8Parser(input: BenchInput): { readonly length: number } {
  const parser = new m3u8Parser.Parser();
  parser.push(decoder.decode(input.bytes));
  parser.end();
  return { length: parser.manifest.segments?.length ?? 0 };
}

function runHlsParser(input: BenchInput, head: string): Uint8Array {
  const playlist = hlsParser.parse(decoder.decode(input.bytes));
  const put = (place: HlsParserUri) => {
    if (place.uri !== undefined) place.uri = head + place.uri;
  };
  for (const variant of playlist.variants ?? []) put(variant);
  for (const segment of playlist.segments ?? []) {
    put(segment);
    for (const part of segment.parts ?? []) put(part);
  }
  return encoder.encode(hlsParser.stringify(playlist));
}

function runEyevinn(input: BenchInput, head: string): Uint8Array {
  let made = "";
  const stream = eyevinn.createStream();
  stream.on("m3u", (playlist) => {
    for (const items of Object.values(playlist.items)) {
      for (const item of items) {
        const uri = item.get("uri");
        if (uri !== undefined && uri !== null) item.set("uri", head + uri);
      }
    }
    made = playlist.toString();
  });
  stream.write(decoder.decode(input.bytes));
  stream.end();
  return encoder.encode(made);
}

export const peerNames = ["m3u8-parser", "hls-parser", "@eyevinn/m3u8"] as const;

export function toContenders(input: BenchInput, timeline: number): readonly Contender[] {
  const folder = input.playlistPath.slice(0, input.playlistPath.lastIndexOf("/") + 1);
  const ups = folder === "" ? "" : "../";
  // The limit writes the head of timeline 3 on every row: it is the work that counts.
  const limitHead = `${ups}@t3/${folder}`;
  const head = timeline === 0 ? "" : limitHead;
  return [
    { name: "ours", run: () => runOurs(input, timeline) },
    { name: "limit", run: () => runLimit(input, limitHead) },
    { name: "wide limit", run: () => runWideLimit(input, limitHead) },
    { name: "m3u8-parser", run: () => runM3u8Parser(input) },
    { name: "hls-parser", run: () => runHlsParser(input, head) },
    { name: "@eyevinn/m3u8", run: () => runEyevinn(input, head) },
  ];
}
