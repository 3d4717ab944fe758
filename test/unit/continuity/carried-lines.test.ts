// The tags in front of a block whose setters are gone: at the front of a window and at a seam.

import { describe, expect, test } from "vitest";
import {
  noKeyLine,
  printDateLine,
  toCarriedLines,
  toLinesWithIv,
  toSeamLines,
} from "../../../workers/core/continuity/carried-lines.ts";
import type { KeyTag, TagState } from "../../../workers/core/continuity/raw-block.ts";
import { emptyTagState } from "../../../workers/core/continuity/raw-block.ts";

const key: KeyTag = {
  format: "identity",
  line: '#EXT-X-KEY:METHOD=AES-128,URI="k"',
  needsIv: true,
};
const drm: KeyTag = {
  format: "com.x",
  line: '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://1",KEYFORMAT="com.x"',
  needsIv: false,
};
const map = '#EXT-X-MAP:URI="i.mp4"';
const media = ["#EXTINF:6,", "s.ts"];
const keyed: TagState = { ...emptyTagState, keys: [key] };
const mapped: TagState = { ...emptyTagState, map };

describe("toCarriedLines", () => {
  const cases: readonly {
    name: string;
    state: TagState;
    lines: readonly string[];
    want: readonly string[];
  }[] = [
    { name: "nothing in effect", state: emptyTagState, lines: media, want: [] },
    { name: "a key", state: keyed, lines: media, want: [key.line] },
    { name: "a key of its own", state: keyed, lines: [key.line, ...media], want: [] },
    { name: "its keys end", state: keyed, lines: [noKeyLine, ...media], want: [] },
    {
      name: "another format's key is no replacement",
      state: keyed,
      lines: [drm.line, ...media],
      want: [key.line],
    },
    { name: "clear init, then key", state: { ...keyed, map }, lines: media, want: [map, key.line] },
    {
      name: "init under a key that ended",
      state: { ...emptyTagState, map, mapKeys: [key] },
      lines: media,
      want: [key.line, map, noKeyLine],
    },
    {
      name: "init under the key in effect",
      state: { ...keyed, map, mapKeys: [key] },
      lines: media,
      want: [key.line, map],
    },
    { name: "an init of its own", state: mapped, lines: [map, ...media], want: [] },
    {
      name: "an old key holds up to the init of its own",
      state: keyed,
      lines: [map, key.line, ...media],
      want: [key.line],
    },
    {
      name: "unless it is ended before",
      state: keyed,
      lines: [noKeyLine, map, key.line, ...media],
      want: [],
    },
    {
      name: "bit rate",
      state: { ...emptyTagState, bitrate: "#EXT-X-BITRATE:9" },
      lines: media,
      want: ["#EXT-X-BITRATE:9"],
    },
  ];
  test.each(cases)("$name", ({ state, lines, want }) => {
    expect(toCarriedLines(state, lines)).toEqual(want);
  });
});

describe("toSeamLines", () => {
  const block = { lines: media, before: emptyTagState, dateMs: null, hasDate: false };
  const cases = [
    { name: "bare", tail: emptyTagState, before: emptyTagState, want: [] },
    { name: "an old key ends", tail: keyed, before: emptyTagState, want: [noKeyLine] },
    {
      name: "a key of the same format takes its place",
      tail: keyed,
      before: keyed,
      want: [key.line],
    },
    {
      name: "an old format that is not replaced ends",
      tail: { ...emptyTagState, keys: [key, drm] },
      before: keyed,
      want: [noKeyLine, key.line],
    },
    {
      name: "a clear init section is not read under an old key",
      tail: keyed,
      before: { ...keyed, map },
      want: [noKeyLine, map, key.line],
    },
  ];
  test.each(cases)("$name", ({ tail, before, want }) => {
    const { seam } = toSeamLines({ tail, block: { ...block, before }, isDiscontinuity: true });
    expect(seam).toEqual(["#EXT-X-DISCONTINUITY", ...want]);
  });

  test("one discontinuity, and a date", () => {
    const lines = ["#EXT-X-DISCONTINUITY", ...media];
    const given = { ...block, lines, dateMs: 0 };
    const { seam, own } = toSeamLines({ tail: emptyTagState, block: given, isDiscontinuity: true });
    expect(seam).toEqual([
      "#EXT-X-DISCONTINUITY",
      "#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:00.000Z",
    ]);
    expect(own).toEqual(media);
  });
});

describe("toLinesWithIv", () => {
  const iv = ",IV=0x000000000000000000000000000000ff";
  const cases = [
    { name: "a carried key", lines: media, state: keyed, want: [key.line + iv, ...media] },
    {
      name: "behind discontinuity and init",
      lines: ["#EXT-X-DISCONTINUITY", map, ...media],
      state: keyed,
      want: ["#EXT-X-DISCONTINUITY", map, key.line + iv, ...media],
    },
    {
      name: "its own key",
      lines: [key.line, ...media],
      state: keyed,
      want: [key.line + iv, ...media],
    },
    { name: "no key", lines: media, state: emptyTagState, want: media },
    { name: "a DRM key", lines: media, state: { ...emptyTagState, keys: [drm] }, want: media },
  ];
  test.each(cases)("$name", ({ lines, state, want }) => {
    expect(toLinesWithIv(lines, state, 255)).toEqual(want);
  });
});

test("dates that have no spelling are left out", () => {
  expect(printDateLine(Number.MAX_SAFE_INTEGER)).toBe(null);
  expect(printDateLine(-1)).toBe(null);
  expect(printDateLine(null)).toBe(null);
});
