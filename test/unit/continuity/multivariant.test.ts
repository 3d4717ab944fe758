// Matching another origin's renditions to the channel's.

import { describe, expect, test } from "vitest";
import type { RenditionEntry } from "../../../workers/core/continuity/canonical-multivariant.ts";
import { matchRenditions } from "../../../workers/core/continuity/multivariant.ts";

const variant: RenditionEntry = {
  path: "hd.m3u8",
  kind: "variant",
  stableId: null,
  resolution: "1280x720",
  codecs: "avc1.4d401f",
  bandwidth: 1_000_000,
};
const audio: RenditionEntry = {
  path: "en.m3u8",
  kind: "rendition",
  stableId: "AUDIO/aac/English",
  resolution: null,
  codecs: null,
  bandwidth: null,
};

describe("matchRenditions", () => {
  const other = { ...variant, path: "x/1.m3u8" };
  const cases: readonly {
    name: string;
    canonical: readonly RenditionEntry[];
    own: readonly RenditionEntry[];
    want: readonly (readonly [string, string])[];
    missing: readonly string[];
  }[] = [
    {
      name: "by path",
      canonical: [variant],
      own: [{ ...variant, bandwidth: 9, codecs: null }],
      want: [["hd.m3u8", "hd.m3u8"]],
      missing: [],
    },
    {
      name: "by stable ID",
      canonical: [{ ...variant, stableId: "v" }],
      own: [{ ...other, stableId: "v", bandwidth: 9 }],
      want: [["x/1.m3u8", "hd.m3u8"]],
      missing: [],
    },
    {
      name: "by group and name",
      canonical: [audio],
      own: [{ ...audio, path: "a/e.m3u8" }],
      want: [["a/e.m3u8", "en.m3u8"]],
      missing: [],
    },
    {
      name: "by what it is, 20 % of bandwidth apart",
      canonical: [variant],
      own: [{ ...other, bandwidth: 1_200_000 }],
      want: [["x/1.m3u8", "hd.m3u8"]],
      missing: [],
    },
    {
      name: "more than 20 % apart",
      canonical: [variant],
      own: [{ ...other, bandwidth: 1_200_001 }],
      want: [],
      missing: ["hd.m3u8"],
    },
    {
      name: "other codecs",
      canonical: [variant],
      own: [{ ...other, codecs: "hvc1.1" }],
      want: [],
      missing: ["hd.m3u8"],
    },
    {
      name: "a path that another rendition has at the other origin is that rendition",
      canonical: [variant, { ...variant, path: "sd.m3u8", bandwidth: 900_000 }],
      own: [
        { ...variant, path: "sd.m3u8" },
        { ...variant, path: "hd.m3u8", bandwidth: 900_000 },
      ],
      want: [
        ["hd.m3u8", "hd.m3u8"],
        ["sd.m3u8", "sd.m3u8"],
      ],
      missing: [],
    },
    {
      name: "a missing list of I-frames is no obstacle",
      canonical: [variant, { ...variant, path: "i.m3u8", kind: "iframes" }],
      own: [variant],
      want: [["hd.m3u8", "hd.m3u8"]],
      missing: [],
    },
    {
      name: "a missing audio is",
      canonical: [variant, audio],
      own: [variant],
      want: [["hd.m3u8", "hd.m3u8"]],
      missing: ["en.m3u8"],
    },
  ];
  test.each(cases)("$name", ({ canonical, own, want, missing }) => {
    const found = matchRenditions(canonical, own);
    expect([...found.paths].sort()).toEqual([...want].sort());
    expect(found.missing).toEqual(missing);
  });
});
