// Numbers that a filter looks at and no double holds; the cases of each criterion are golden.

import { expect, test } from "vitest";
import { parsePlaylist } from "../../../../workers/core/hls/parse-playlist.ts";
import { applyVariantFilter } from "../../../../workers/core/transform/edits/variant-filter.ts";

const stream = (bandwidth: string, uri: string) => {
  return `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth}\n${uri}\n`;
};
const huge = "18446744073709551615";

function filter(text: string, range: { min: number | null; max: number | null }): string {
  const playlist = parsePlaylist(text);
  if (playlist.kind !== "multivariant") throw new Error("The text must be multivariant.");
  const result = applyVariantFilter(playlist, { bandwidth: range });
  if (result.kind === "refused") throw new Error(result.detail);
  return result.playlist.text;
}

const low = stream("100", "low");
const large = stream(huge, "large");
const unstated = stream("x", "unstated");

test.each([
  {
    name: "above an upper bound",
    range: { min: null, max: 3_000_000 },
    given: large + low,
    want: low,
  },
  { name: "above a lower bound", range: { min: 200, max: null }, given: large + low, want: large },
  {
    name: "stated, unlike a word",
    range: { min: 200, max: 300 },
    given: large + unstated,
    want: unstated,
  },
  { name: "not the lowest", range: { min: 200, max: 300 }, given: large + low, want: low },
])("2^64 - 1 bits per second: $name", ({ range, given, want }) => {
  expect(filter(`#EXTM3U\n${given}`, range)).toBe(`#EXTM3U\n${want}`);
});
