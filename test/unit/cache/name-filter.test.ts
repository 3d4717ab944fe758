// A filter never denies a name that it was built of, and seldom admits another.

import { describe, expect, test } from "vitest";
import {
  FILTER_BLOCK_BYTES_MAX,
  FILTER_BLOCK_NAMES,
  NameFilterBuilder,
  parseNameFilter,
  toFilterBlock,
} from "../../../workers/core/cache/name-filter.ts";

function build(names: Iterable<string>) {
  const builder = new NameFilterBuilder();
  for (const name of names) builder.add(name);
  const blocks = builder.build().map((bytes) => {
    const filter = parseNameFilter(bytes);
    if (filter === null) throw new Error("unreadable");
    return filter;
  });
  const has = (name: string) => blocks[toFilterBlock(name, blocks.length)]?.has(name) ?? false;
  return { builder, blocks, has };
}

function* segments(count: number, folder = "v360") {
  for (let index = 0; index < count; index++) yield `${folder}/seg-${index}.m4s`;
}

describe("a filter", () => {
  test("holds every name that it was built of", () => {
    const names = ["a.ts", "", "ü/ß.ts", "\u{1f600}.mp4", "a".repeat(2_000), ...segments(5_000)];
    const { has, builder } = build(names);
    expect(builder.count).toBe(names.length);
    expect(names.filter((name) => !has(name))).toEqual([]);
  });

  test("admits fewer than one strange name in ten thousand", () => {
    const { has } = build(segments(50_000));
    const strangers = [...segments(100_000, "v720"), ...segments(100_000, "v36")];
    const near = Array.from({ length: 100_000 }, (_, index) => `v360/seg-${50_000 + index}.m4s`);
    for (const names of [strangers, near]) {
      expect(names.filter(has).length / names.length).toBeLessThan(1 / 10_000);
    }
  });

  test("of nothing admits nothing", () => {
    const { has, blocks } = build([]);
    expect(blocks).toHaveLength(1);
    expect([...segments(1_000)].filter(has)).toEqual([]);
  });

  test("of more names has more blocks, none above the bound", () => {
    const builder = new NameFilterBuilder();
    for (const name of segments(FILTER_BLOCK_NAMES + 1)) builder.add(name);
    const blocks = builder.build();
    expect(blocks.length).toBe(2);
    const filters = blocks.map(parseNameFilter);
    const sizes = blocks.map(({ byteLength }) => byteLength);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(FILTER_BLOCK_BYTES_MAX);
    // Names spread evenly: neither block is half as full again as the other.
    const counts = filters.map((filter) => filter?.nameCount ?? 0);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(FILTER_BLOCK_NAMES + 1);
    expect(Math.min(...counts)).toBeGreaterThan(Math.max(...counts) * 0.95);
    for (const name of ["v360/seg-0.m4s", `v360/seg-${FILTER_BLOCK_NAMES}.m4s`]) {
      expect(filters[toFilterBlock(name, 2)]?.has(name)).toBe(true);
    }
  });
});

describe("what is no block is not read", () => {
  const [good] = new NameFilterBuilder().build() as [Uint8Array];
  const change = (at: number, value: number) => {
    const bytes = good.slice();
    bytes[at] = value;
    return bytes;
  };
  test.each([
    { why: "nothing", bytes: new Uint8Array(0) },
    { why: "a head alone", bytes: good.slice(0, 24) },
    { why: "cut short", bytes: good.slice(0, -1) },
    { why: "too long", bytes: new Uint8Array(FILTER_BLOCK_BYTES_MAX + 1) },
    { why: "another file", bytes: new TextEncoder().encode("#EXTM3U and some more text") },
    { why: "another form", bytes: change(3, 2) },
    { why: "no hashes", bytes: change(7, 0) },
    { why: "a thousand hashes", bytes: change(6, 4) },
    { why: "a block beyond the last", bytes: change(19, 1) },
    { why: "no blocks", bytes: change(23, 0) },
  ])("$why", ({ bytes }) => expect(parseNameFilter(bytes)).toBeNull());

  test("and the good one is, wherever it lies in a buffer", () => {
    const buffer = new Uint8Array(good.byteLength + 10);
    buffer.set(good, 5);
    expect(parseNameFilter(buffer.subarray(5, 5 + good.byteLength))).not.toBeNull();
  });
});
