// Weir against three peers, before and after rewriting: the whole corpus, and generated playlists
// (1,000 by default; WEIR_DIFF_COUNT=10000 for the full run; WEIR_DIFF_SEED replays one). All must
// agree on segments, durations, numbers, discontinuities, keys, init sections, byte ranges, parts,
// variants and renditions, apart from the exceptions that are written down.

import fc from "fast-check";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { parsePlaylist } from "../../workers/core/hls/parse-playlist.ts";
import type { RewriteContext } from "../../workers/core/transform/rewrite-context.ts";
import { rewritePlaylist } from "../../workers/core/transform/rewrite-uris.ts";
import { readCorpus } from "../corpus/table.ts";
import { playlistText } from "./differential-arbitrary.ts";
import type { PeerException, PeerName, ViewField } from "./differential-exceptions.ts";
import { exceptions, peerNames } from "./differential-exceptions.ts";
import type { Reader, View } from "./differential-views.ts";
import { readByWeir } from "./differential-views.ts";
import { readByHlsJs } from "./peer-hls-js.ts";
import { readByHlsParser } from "./peer-hls-parser.ts";
import { readByVideoJs } from "./peer-m3u8-parser.ts";

const readers: Record<PeerName, Reader> = {
  "hls.js": readByHlsJs,
  "m3u8-parser": readByVideoJs,
  "hls-parser": readByHlsParser,
};

const context: RewriteContext = {
  channel: "demo",
  playlistPath: "v1/index.m3u8",
  playlistUrl: "https://origin.example/live/v1/index.m3u8?t=abc",
  prefixUrl: "https://origin.example/live/",
  timeline: 3,
  beyondPrefix: true,
  hosts: [{ alias: "cdn2", url: "https://cdn2.example/" }],
  unknownHosts: "keep",
  query: "t=abc",
  definitions: new Map([["path", "/live/v1"]]),
};

/** All differences between Weir and one peer, none expected. */
function findDifferences(text: string, own: View, peer: PeerName): readonly string[] {
  const applying = exceptions.filter((one) => one.peer === peer && one.applies(text));
  for (const one of applying) used.add(one);
  if (applying.some(({ fields }) => fields === "all")) return [];
  const skipped = new Set<ViewField>(
    applying.flatMap(({ fields }) => (fields === "all" ? [] : fields)),
  );
  const view = readQuietly(readers[peer], text);
  if (typeof view === "string") return [`${peer} refuses: ${view}`];
  const theirs = new Map<string, unknown>(Object.entries(view));
  return Object.entries(own).flatMap(([field, value]) => {
    const other = theirs.get(field);
    if (other === null || skipped.has(field as ViewField)) return [];
    const [a, b] = [JSON.stringify(value), JSON.stringify(other)];
    return a === b ? [] : [`${peer}.${field}: weir ${a}, peer ${b}`];
  });
}

const used = new Set<PeerException>();

function readQuietly(reader: Reader, text: string): View | string {
  try {
    return reader(text);
  } catch (error) {
    return `it throws ${error}`;
  }
}

function readOwn(text: string): View {
  const view = readByWeir(text);
  if (typeof view === "string") throw new Error(`Weir refuses: ${view}`);
  return view;
}

function rewrite(text: string): string {
  const playlist = parsePlaylist(text);
  if (playlist.kind === "failure") throw new Error(playlist.detail);
  const result = rewritePlaylist(playlist, context);
  if (result.kind === "refused") throw new Error(`${result.reason}: ${result.detail}`);
  return result.text;
}

/** What rewriting must not change: everything but the URIs. */
function toUriFree(view: View): unknown {
  const strip = (list: readonly string[] | null) => list?.map((text) => text.replace(/^\S+ /, ""));
  if (view.kind === "multivariant") return { variants: strip(view.variants) };
  const { uris, keys, maps, parts, ...rest } = view;
  return {
    ...rest,
    uriCount: uris.length,
    keys: keys?.map((text) => text.replace(/ \S+/g, "")),
    maps: strip(maps),
    parts: parts?.map(strip),
  };
}

function expectAgreement(text: string): void {
  const own = readOwn(text);
  const rewritten = rewrite(text);
  const after = readOwn(rewritten);
  expect(toUriFree(after)).toEqual(toUriFree(own));
  expect(rewrite(text)).toBe(rewritten);
  const differences = peerNames.flatMap((peer) => [
    ...findDifferences(text, own, peer),
    ...findDifferences(rewritten, after, peer).map((line) => `rewritten: ${line}`),
  ]);
  expect(differences).toEqual([]);
}

beforeAll(() => {
  // The peers warn on the console about what they forgive.
  for (const method of ["log", "warn", "error"] as const) {
    vi.spyOn(console, method).mockImplementation(() => {});
  }
});

describe("the corpus", () => {
  test.each(readCorpus())("$file", ({ text }) => expectAgreement(text));
  test("every exception is needed by a playlist of the corpus", () => {
    expect(exceptions.filter((one) => !used.has(one)).map(({ why }) => why)).toEqual([]);
  });
});

test("generated playlists", { timeout: 600_000 }, () => {
  const numRuns = Number(process.env["WEIR_DIFF_COUNT"] ?? 1000);
  const seed = Number(process.env["WEIR_DIFF_SEED"] ?? 20261120);
  fc.assert(fc.property(playlistText, expectAgreement), { numRuns, seed });
});
