// Laws of the edits, over generated playlists and over the corpus: twice is once; what an edit does
// not name stays byte for byte; the segments that stay are the same in every respect; what a filter
// leaves is consistent (spec.md section 4, rule U7); an older version plus a delta is the newer
// one. WEIR_EDIT_COUNT and WEIR_EDIT_SEED set the number of runs and replay them.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePlaylist } from "../../workers/core/hls/parse-playlist.ts";
import type {
  MediaPlaylist,
  MultivariantPlaylist,
  Playlist,
  Segment,
} from "../../workers/core/hls/playlist.ts";
import { decideFindings } from "../../workers/core/hls/validate.ts";
import type { EditPlan } from "../../workers/core/transform/edits/compose.ts";
import { applyEditPlan } from "../../workers/core/transform/edits/compose.ts";
import { applyDeltaMerge } from "../../workers/core/transform/edits/delta-merge.ts";
import type { VariantFilter } from "../../workers/core/transform/edits/filter-grammar.ts";
import {
  parseVariantFilter,
  printVariantFilter,
} from "../../workers/core/transform/edits/filter-grammar.ts";
import { readCorpus } from "../corpus/table.ts";
import { mediaText, multivariantText } from "./differential-arbitrary.ts";

const numRuns = Number(process.env["WEIR_EDIT_COUNT"] ?? 300);
const seed = Number(process.env["WEIR_EDIT_SEED"] ?? 20261120);

function read(text: string): Playlist {
  const playlist = parsePlaylist(text);
  if (playlist.kind === "failure") throw new Error(`${playlist.reason}: ${playlist.detail}`);
  return playlist;
}

function readMedia(text: string): MediaPlaylist {
  const playlist = read(text);
  if (playlist.kind !== "media") throw new Error("Not a media playlist.");
  return playlist;
}

function readMultivariant(text: string): MultivariantPlaylist {
  const playlist = read(text);
  if (playlist.kind !== "multivariant") throw new Error("Not a multivariant playlist.");
  return playlist;
}

function edit(text: string, plan: EditPlan): string {
  const result = applyEditPlan(read(text), plan);
  if (result.kind === "refused") throw new Error(`${result.edit}: ${result.detail}`);
  return result.playlist.text;
}

/** Everything of a segment but its place in the text. */
function toEssence(segment: Segment): unknown {
  const { line: _line, blockStart: _start, blockEnd: _end, programDateTimeMs, ...rest } = segment;
  // A carried date is written in milliseconds.
  const dateMs = programDateTimeMs === null ? null : Math.round(programDateTimeMs);
  return { ...rest, dateMs, parts: rest.parts.map(({ line: _own, ...part }) => part) };
}

const range = fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]) => {
  return { min: Math.min(a, b), max: Math.max(a, b, 1) };
});
const filters: fc.Arbitrary<VariantFilter> = fc
  .record({
    height: fc.option(fc.nat(5000)),
    bandwidth: fc.option(fc.integer({ min: 1, max: 60_000_000 })),
    rate: fc.option(range),
    codecs: fc.subarray(["avc1", "hvc1", "av01", "mp4a", "ec-3", "opus"]),
    languages: fc.subarray(["de", "en", "fr"]),
  })
  .map(({ height, bandwidth, rate, codecs, languages }) => ({
    ...(height === null ? {} : { heightPixels: { min: null, max: height + 1 } }),
    ...(bandwidth === null ? {} : { bandwidth: { min: null, max: bandwidth } }),
    ...(rate === null ? {} : { frameRate: rate }),
    ...(codecs.length === 0 ? {} : { codecs: [...codecs].sort() }),
    ...(languages.length === 0 ? {} : { audioLanguages: languages }),
  }));

describe("filters", () => {
  test("print and parse are inverse", () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const text = printVariantFilter(filter);
        if (text === "") return;
        expect(parseVariantFilter(text)).toEqual({ kind: "filter", filter });
      }),
      { numRuns, seed },
    );
  });
  const expectConsistency = (text: string, filter: VariantFilter) => {
    const before = readMultivariant(text);
    const after = readMultivariant(edit(text, { variantFilter: filter }));
    if (before.variantCount > 0) expect(after.variants().length).toBeGreaterThan(0);
    const rules = (playlist: Playlist) => new Set(decideFindings(playlist).map(({ rule }) => rule));
    const had = rules(before);
    const fresh = [...rules(after)].filter((rule) => !had.has(rule));
    expect(fresh).toEqual([]);
    expect(edit(after.text, { variantFilter: filter })).toBe(after.text);
    // Every line that is left was there before, in the same order, unless it was mended.
    const mended =
      had.has("group-missing") || had.has("score-mixed") || had.has("captions-none-mixed");
    if (!mended && !text.includes("CONTENT-STEERING")) expectSubsequence(after.text, text);
  };
  test("generated", () => {
    fc.assert(fc.property(multivariantText, filters, expectConsistency), { numRuns, seed });
  });
  test("the corpus", () => {
    const texts = readCorpus().filter(({ kind }) => kind === "multivariant");
    for (const filter of fc.sample(filters, { numRuns: 40, seed })) {
      for (const { text } of texts) expectConsistency(text, filter);
    }
  });
});

function expectSubsequence(part: string, whole: string): void {
  const lines = whole.split("\n");
  let at = 0;
  for (const line of part.trimEnd().split("\n")) {
    const found = lines.findIndex((one, index) => index >= at && one.trimEnd() === line.trimEnd());
    expect(found, line).toBeGreaterThanOrEqual(at);
    at = found + 1;
  }
}

describe("the window", () => {
  const expectSuffix = (text: string, windowSeconds: number) => {
    const before = readMedia(text);
    const trimmed = edit(text, { window: { windowSeconds } });
    const after = readMedia(trimmed);
    const segments = before.segments().map(toEssence);
    const kept = after.segments().map(toEssence);
    expect(kept).toEqual(segments.slice(segments.length - kept.length));
    expect(after.lastMsn).toBe(before.lastMsn);
    expect(after.lastPart).toBe(before.lastPart);
    expect(after.openParts().length).toBe(before.openParts().length);
    if (kept.length < segments.length) {
      const least = Math.max(windowSeconds, 3 * before.targetDurationSeconds);
      expect(after.totalDurationSeconds).toBeGreaterThanOrEqual(least - 1e-3);
    }
    expect(edit(trimmed, { window: { windowSeconds } })).toBe(trimmed);
  };
  test("generated", () => {
    const seconds = fc.integer({ min: 0, max: 60 });
    fc.assert(fc.property(mediaText, seconds, expectSuffix), { numRuns, seed });
  });
  test("the corpus", () => {
    for (const { kind, text } of readCorpus()) {
      if (kind !== "media") continue;
      for (const seconds of [0, 7, 20, 100]) expectSuffix(text, seconds);
    }
  });
});

describe("gaps", () => {
  test("exactly the lost segments become gaps, the rest stays", () => {
    fc.assert(
      fc.property(mediaText, fc.nat(14), fc.nat(3), (text, from, count) => {
        const before = readMedia(text);
        const firstMsn = before.mediaSequence + from;
        const lost = { firstMsn, lastMsn: firstMsn + count };
        const plan = { gaps: { segments: [lost] } };
        const result = edit(text, plan);
        const isLost = (msn: number) => msn >= lost.firstMsn && msn <= lost.lastMsn;
        const after = readMedia(result).segments();
        expect(after.map(({ gap }) => gap)).toEqual(
          before.segments().map(({ gap, msn }) => gap || isLost(msn)),
        );
        expect(after.flatMap(({ parts }) => parts.map(({ gap }) => gap))).toEqual(
          before.segments().flatMap(({ parts, msn }) => parts.map(({ gap }) => gap || isLost(msn))),
        );
        const plain = (all: string) =>
          all.replace(/^#EXT-X-GAP\r?\n|,GAP=YES|^#EXT-X-VERSION.*\n/gm, "");
        expect(plain(result)).toBe(plain(text));
        expect(edit(result, plan)).toBe(result);
      }),
      { numRuns, seed },
    );
  });
});

describe("start and server control", () => {
  test("twice is once, and removing gives the text back", () => {
    fc.assert(
      fc.property(fc.oneof(mediaText, multivariantText), fc.integer(), (text, seconds) => {
        const plan: EditPlan = { start: { timeOffsetSeconds: seconds / 1000 } };
        const once = edit(text, plan);
        expect(edit(once, plan)).toBe(once);
        expect(edit(once, { start: "remove" })).toBe(edit(text, { start: "remove" }));
      }),
      { numRuns, seed },
    );
  });
});

describe("delta updates", () => {
  test("older version plus delta is the newer version", () => {
    fc.assert(
      fc.property(mediaText, fc.nat(3), (text, dropped) => {
        const live = text.replace(/^#EXT-X-(?:ENDLIST|PLAYLIST-TYPE:\w+)\r?\n?/gm, "");
        const target = readMedia(live).targetDurationSeconds;
        // A boundary of one target duration is against the standard, but it makes short lists skip.
        const withControl = live.replace(
          /^#EXT-X-TARGETDURATION:.*$/m,
          (line) => `${line.trimEnd()}\n#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=${target}`,
        );
        const newer = readMedia(
          withControl.replace(/^#EXT-X-SERVER-CONTROL:CAN-BLOCK.*\r?\n/m, ""),
        );
        const result = applyEditPlan(newer, { delta: { skip: "YES", nowMs: 0 } });
        if (result.kind === "refused" || result.playlist.kind !== "media") throw new Error("no");
        const delta = result.playlist;
        if (delta.skippedSegmentCount === 0) return;
        // The held version: the same without its last segments.
        const segments = newer.segments();
        const count = Math.max(delta.skippedSegmentCount, segments.length - dropped);
        const end = segments[count - 1]?.blockEnd ?? 0;
        const held = readMedia(newer.text.slice(0, end));
        const merged = applyDeltaMerge(held, delta);
        if (merged.kind === "failure") throw new Error(merged.reason);
        expect(merged.playlist.segments().map(toEssence)).toEqual(segments.map(toEssence));
        expect(merged.playlist.openParts().length).toBe(newer.openParts().length);
      }),
      { numRuns, seed },
    );
  });
});
