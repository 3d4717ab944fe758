// Delta updates (bis-22 section 6.2.5.1) and their merge: what is skipped, at which boundary, and
// that an older version plus the delta is the newer version again.

import { describe, expect, test } from "vitest";
import { parsePlaylist } from "../../../../workers/core/hls/parse-playlist.ts";
import type { MediaPlaylist, Segment } from "../../../../workers/core/hls/playlist.ts";
import { applyDeltaMerge } from "../../../../workers/core/transform/edits/delta-merge.ts";
import type { DeltaOptions } from "../../../../workers/core/transform/edits/delta-update.ts";
import { applyDelta } from "../../../../workers/core/transform/edits/delta-update.ts";
import { applyVersion } from "../../../../workers/core/transform/edits/version.ts";

function read(text: string): MediaPlaylist {
  const playlist = parsePlaylist(text);
  if (playlist.kind !== "media") throw new Error(`No media playlist: ${text}`);
  return playlist;
}

function toDelta(text: string, options: Partial<DeltaOptions> = {}) {
  const result = applyDelta(read(text), { skip: "YES", nowMs: 0, ...options });
  if (result.kind === "refused") throw new Error(result.detail);
  return result;
}

const control = "#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=12,CAN-SKIP-DATERANGES=YES\n";
const date = "#EXT-X-PROGRAM-DATE-TIME:2026-11-20T10:00:00.000Z\n";

/** A version of a live stream: `count` segments from number `first`, two seconds each. */
function version(first: number, count: number, around: (msn: number) => string = () => ""): string {
  const blocks = Array.from({ length: count }, (_, index) => {
    const msn = first + index;
    return `${around(msn)}#EXTINF:2,\ns${msn}.ts\n`;
  });
  const head = `#EXTM3U\n#EXT-X-VERSION:10\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:${first}\n`;
  return `${head}${control}#EXT-X-MAP:URI="i.mp4"\n${date}${blocks.join("")}`;
}

describe("the boundary of 12 s", () => {
  const rows = [
    { name: "exactly at the boundary", count: 6, skipped: null },
    { name: "one more", count: 7, skipped: 1 },
    { name: "many", count: 100, skipped: 94 },
  ] as const;
  test.each(rows)("$name", ({ count, skipped }) => {
    const { playlist, notes } = toDelta(version(500, count));
    if (skipped === null) {
      expect(notes).toEqual([{ edit: "delta", reason: "nothing-to-skip" }]);
      return;
    }
    expect(playlist).toMatchObject({
      mediaSequence: 500,
      skippedSegmentCount: skipped,
      segmentCount: 6,
      lastMsn: 500 + count - 1,
    });
  });
  test("a segment that lies across the boundary stays", () => {
    const text = version(0, 7).replaceAll("#EXTINF:2,\ns6", "#EXTINF:1.9,\ns6");
    expect(toDelta(text).notes).toEqual([{ edit: "delta", reason: "nothing-to-skip" }]);
  });
});

function toEssence(segment: Segment): unknown {
  const { line: _line, blockStart: _start, blockEnd: _end, ...rest } = segment;
  return rest;
}

describe("merge(delta, older) is the newer version", () => {
  const cut = (msn: number) => (msn % 7 === 0 ? "#EXT-X-DISCONTINUITY\n" : "");
  const range = (msn: number) => {
    return msn % 5 === 0 ? `#EXT-X-DATERANGE:ID="d${msn}",START-DATE="2026-11-20T10:00:00Z"\n` : "";
  };
  const key = (msn: number) => (msn % 9 === 0 ? `#EXT-X-KEY:METHOD=AES-128,URI="k${msn}"\n` : "");
  const rows = [
    { name: "nothing slid", held: version(10, 30), newer: version(10, 31) },
    { name: "cuts", held: version(14, 30, cut), newer: version(14, 33, cut) },
    { name: "keys change", held: version(18, 30, key), newer: version(18, 34, key) },
    { name: "date ranges", held: version(10, 30, range), newer: version(10, 32, range) },
    { name: "the same version", held: version(10, 30), newer: version(10, 30) },
  ];
  test.each(rows)("$name", ({ held, newer }) => {
    const delta = toDelta(newer).playlist;
    expect(delta.text.length).toBeLessThan(newer.length);
    const merged = applyDeltaMerge(read(held), delta);
    if (merged.kind === "failure") throw new Error(merged.reason);
    const full = read(newer);
    expect(merged.playlist.segments().map(toEssence)).toEqual(full.segments().map(toEssence));
    const sorted = (text: string) => text.split("\n").sort();
    expect(sorted(merged.playlist.text)).toEqual(sorted(newer));
  });
  test("byte for byte where no date range stands among the segments", () => {
    const newer = version(10, 31, cut);
    const merged = applyDeltaMerge(read(version(10, 30, cut)), toDelta(newer).playlist);
    expect(merged.kind === "merged" && merged.playlist.text).toBe(newer);
  });
  test("a window that slid: what earlier segments set is carried over", () => {
    const held = version(10, 30, key);
    const newer = version(13, 30, key);
    const merged = applyDeltaMerge(read(held), toDelta(newer).playlist);
    if (merged.kind === "failure") throw new Error(merged.reason);
    const [first] = merged.playlist.segments();
    expect(first).toMatchObject({
      msn: 13,
      uri: "s13.ts",
      map: 'URI="i.mp4"',
      programDateTimeMs: Date.UTC(2026, 10, 20, 10, 0, 6),
    });
  });
  test("byte ranges say where they begin when what they went on from is not listed", () => {
    const ranges = (first: number, count: number) =>
      version(first, count, (msn) => {
        const offset = msn === first ? `@${10 * first}` : "";
        const part = `#EXT-X-PART:DURATION=2,URI="p.mp4",BYTERANGE="10${offset}"\n`;
        return `${part}#EXT-X-BYTERANGE:10${offset}\n`;
      }).replaceAll(/s\d+\.ts/g, "all.ts");
    const held = ranges(10, 30);
    const newer = ranges(13, 30);
    const delta = toDelta(newer).playlist;
    const toRanges = ({ msn, byteRange, parts }: Segment) => {
      return [msn, byteRange, ...parts.map((part) => part.byteRange)];
    };
    const full = read(newer).segments().map(toRanges);
    const listed = delta.segments().map(toRanges);
    expect(listed).toEqual(full.slice(-listed.length));
    expect(delta.text).toContain('#EXT-X-PART:DURATION=2,URI="p.mp4",BYTERANGE="10@370"\n');
    const merged = applyDeltaMerge(read(held), delta);
    if (merged.kind === "failure") throw new Error(merged.reason);
    expect(merged.playlist.segments().map(toRanges)).toEqual(full);
  });
  test("an older version that does not reach far enough", () => {
    const delta = toDelta(version(20, 40)).playlist;
    expect(applyDeltaMerge(read(version(0, 30)), delta)).toEqual({
      kind: "failure",
      reason: "gap",
    });
    expect(applyDeltaMerge(read(version(25, 40)), delta)).toEqual({
      kind: "failure",
      reason: "gap",
    });
    const full = read(version(20, 40));
    expect(applyDeltaMerge(full, full)).toEqual({ kind: "failure", reason: "not-a-delta" });
  });
});

describe("version 2", () => {
  const old = '#EXT-X-DATERANGE:ID="old",START-DATE="2026-11-20T10:00:00Z"\n';
  const recent = '#EXT-X-DATERANGE:ID="recent",START-DATE="2026-11-20T10:00:30Z"\n';
  const unknown = '#EXT-X-DATERANGE:ID="unknown",START-DATE="2026-11-20T10:00:31Z"\n';
  const text = version(0, 20, (msn) => (msn === 3 ? old : msn === 8 ? recent + unknown : ""));
  const history = {
    addedMs: new Map([
      ["old", 87_999],
      ["recent", 88_000],
    ]),
    removedMs: new Map([
      ["gone", 88_000],
      ["long-gone", 87_999],
      ["old", 99_000],
    ]),
  };
  const options = { skip: "v2", nowMs: 100_000, dateRanges: history } as const;
  test("leaves out what is older than the boundary, names what was removed within it", () => {
    const { playlist } = toDelta(text, options);
    expect(playlist.text).toContain('SKIPPED-SEGMENTS=14,RECENTLY-REMOVED-DATERANGES="gone"\n');
    expect(playlist.text).not.toContain('ID="old"');
    expect(playlist.text).toContain(recent + unknown);
  });
  test("the receiver puts the old ones back and takes the removed ones out", () => {
    const gone = '#EXT-X-DATERANGE:ID="gone",START-DATE="2026-11-20T10:00:01Z"\n';
    const held = version(0, 19, (msn) => (msn === 3 ? old + gone : ""));
    const merged = applyDeltaMerge(read(held), toDelta(text, options).playlist);
    if (merged.kind === "failure") throw new Error(merged.reason);
    expect(merged.playlist.text.split("\n").sort()).toEqual(text.split("\n").sort());
  });
  test("without CAN-SKIP-DATERANGES it is version 1", () => {
    const plain = text.replace(",CAN-SKIP-DATERANGES=YES", "");
    expect(toDelta(plain, options).playlist.text).toContain("SKIPPED-SEGMENTS=14\n");
  });
  test("the needed EXT-X-VERSION is 9, and 10 for version 2", () => {
    for (const [skip, want] of [
      ["YES", 9],
      ["v2", 10],
    ] as const) {
      const { playlist } = toDelta(text.replace("VERSION:10", "VERSION:6"), { ...options, skip });
      const versioned = applyVersion(playlist);
      expect(versioned.kind === "edited" && versioned.playlist.version).toBe(want);
    }
  });
});
