// The corpus against the codec: each row decodes to its facts and encodes to its own bytes;
// together the rows use every tag and every attribute that Weir knows.

import { describe, expect, test } from "vitest";
import { parsePlaylist } from "../../workers/core/hls/parse-playlist.ts";
import type { Playlist } from "../../workers/core/hls/playlist.ts";
import { printPlaylist } from "../../workers/core/hls/print-playlist.ts";
import { tagSpecs } from "../../workers/core/hls/tags.ts";
import { attributeSpecs } from "../../workers/core/hls/validate-attributes.ts";
import { readTagLines } from "../../workers/core/hls/validate-tags.ts";
import { factNames, listCorpusFiles, readCorpus, readFoundInputs } from "../corpus/table.ts";
import { checkLaws } from "../fuzz/fuzz-laws.ts";

const corpus = readCorpus();

function read(text: string): Playlist {
  const playlist = parsePlaylist(text);
  if (playlist.kind === "failure") throw new Error(`line ${playlist.line}: ${playlist.reason}`);
  return playlist;
}

function toFacts(playlist: Playlist): Record<string, string> {
  const { version } = playlist;
  if (playlist.kind === "multivariant") {
    return toText({
      variants: playlist.variants().length,
      renditions: playlist.renditions().length,
      iframes: playlist.iframeVariants().length,
      images: playlist.imageVariants().length,
      version,
    });
  }
  const segments = playlist.segments();
  expect(playlist.segmentCount).toBe(segments.length);
  const seconds = segments.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
  expect(playlist.totalDurationSeconds).toBeCloseTo(seconds, 6);
  return toText({
    segments: segments.length,
    skipped: playlist.skippedSegmentCount,
    msn: playlist.mediaSequence,
    dsn: playlist.discontinuitySequence,
    cuts: playlist.discontinuityCount,
    parts: segments.flatMap(({ parts }) => parts).length + playlist.openParts().length,
    millis: Math.round(seconds * 1000),
    ended: playlist.ended ? "yes" : "no",
    version,
  });
}

function toText(facts: Record<string, number | string>): Record<string, string> {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, String(value)]));
}

describe("every row", () => {
  test.each(corpus)("$file: $exercises", ({ text, kind, facts }) => {
    const playlist = read(text);
    expect(playlist.kind).toBe(kind);
    expect([...facts.keys()]).toEqual(factNames[kind]);
    expect(toFacts(playlist)).toEqual(Object.fromEntries(facts));
    expect(printPlaylist(playlist)).toBe(text);
  });
});

describe("every row and every found input obeys the fuzzer's laws", () => {
  const found = readFoundInputs();
  const mended = found.filter(({ open }) => !open);
  test.each([...corpus, ...mended])("$file", ({ text }) => {
    expect(checkLaws(text).broken).toBe(null);
  });
  // These fail as long as their bug is there; a bug that is mended has to leave the list.
  const open = found.filter((one) => one.open);
  test.fails.each(open)("$file", ({ text }) => expect(checkLaws(text).broken).toBe(null));
});

describe("the corpus as a whole", () => {
  test("the index names every file once, and enough of them", () => {
    const named = corpus.map(({ file }) => file);
    expect([...named].sort()).toEqual([...listCorpusFiles()].sort());
    expect(named.filter((file) => file.startsWith("playlists/")).length).toBeGreaterThanOrEqual(
      150,
    );
    expect(new Set(corpus.map(({ exercises }) => exercises)).size).toBe(corpus.length);
  });
  test("every tag occurs", () => {
    const used = new Set(corpus.flatMap(({ text }) => readTagLines(text)).map(({ name }) => name));
    for (const name of ["EXTM3U", "EXTINF", ...tagSpecs.map((spec) => spec.name)]) {
      expect(used, name).toContain(name);
    }
  });
  test("every attribute of every tag occurs", () => {
    const used = new Set<string>();
    for (const { text } of corpus) {
      for (const { name, attributes } of readTagLines(text)) {
        for (const attribute of attributes.keys()) used.add(`${name} ${attribute}`);
      }
    }
    const wanted = Object.entries(attributeSpecs).flatMap(([tag, specs]) => {
      return Object.keys(specs).map((attribute) => `${tag} ${attribute}`);
    });
    expect(wanted.filter((name) => !used.has(name))).toEqual([]);
  });
  test("every word of the closed attributes occurs", () => {
    const all = corpus.map(({ text }) => text).join("\n");
    const missing = Object.values(attributeSpecs).flatMap((specs) => {
      return Object.entries(specs).flatMap(([attribute, { words = [] }]) => {
        return words.filter((word) => !all.includes(`${attribute}=${word}`));
      });
    });
    expect([...new Set(missing)]).toEqual([]);
  });
});
