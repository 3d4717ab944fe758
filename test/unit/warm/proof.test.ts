// What proves that a file is warm, and the word for everything that does not.

import { describe, expect, test } from "vitest";
import type { Sighting } from "../../../workers/core/contract/warming.ts";
import { decideProof, type Expected, toTagDigest } from "../../../workers/core/warm/proof.ts";
import { EXPECTED, GONE, HIT, MISS, SILENT } from "./sightings.ts";

const md5 = "a".repeat(32);
const failed = (status: number, words: string | null, detail = "origin-error"): Sighting => ({
  ...GONE,
  status,
  detail,
  words,
});

interface Row {
  readonly name: string;
  readonly first?: Sighting;
  readonly second: Sighting | null;
  readonly expected?: Expected | null;
  readonly want: string | null;
}

const WARM_ROWS: readonly Row[] = [
  { name: "fetched, then a hit", second: HIT, want: null },
  { name: "a hit from the first", first: HIT, second: HIT, want: null },
  { name: "nothing to compare with", second: HIT, expected: null, want: null },
  { name: "fetched twice", second: MISS, want: "not-cached" },
  { name: "not read back", second: null, want: "unreachable" },
  {
    name: "another validator on reading back",
    second: { ...HIT, etag: '"v2"' },
    want: "validator-mismatch",
  },
  {
    name: "fewer bytes on reading back",
    second: { ...HIT, lengthBytes: 99 },
    want: "length-mismatch",
  },
  { name: "body broke off", first: { ...MISS, isBroken: true }, second: null, want: "truncated" },
  { name: "read-back broke off", second: { ...HIT, isBroken: true }, want: "truncated" },
  { name: "no answer", first: SILENT, second: null, want: "unreachable" },
  { name: "404", first: GONE, second: null, want: "absent" },
  { name: "404 on reading back", second: GONE, want: "absent" },
  { name: "410", first: { ...GONE, status: 410 }, second: null, want: "absent" },
  {
    name: "origin says 403",
    first: failed(502, "chunks answered 403"),
    second: null,
    want: "forbidden",
  },
  {
    name: "origin says 401",
    first: failed(502, "chunks answered 401"),
    second: null,
    want: "forbidden",
  },
  {
    name: "origin says 503",
    first: failed(502, "chunks answered 503"),
    second: null,
    want: "throttled",
  },
  {
    name: "origin says 429",
    first: failed(502, "a answered 429"),
    second: null,
    want: "throttled",
  },
  {
    name: "origin says 500",
    first: failed(502, "a answered 500"),
    second: null,
    want: "origin-failed",
  },
  { name: "edge has no room", first: failed(503, null, "busy"), second: null, want: "throttled" },
  {
    name: "edge has no origin",
    first: failed(503, null, "no-origin"),
    second: null,
    want: "origin-failed",
  },
  {
    name: "edge refuses",
    first: failed(403, null, "beyond-prefix"),
    second: null,
    want: "refused",
  },
  {
    name: "the old version, cached all along",
    first: { ...HIT, etag: '"v0"' },
    second: { ...HIT, etag: '"v0"' },
    want: "validator-mismatch",
  },
  {
    name: "cached with too few bytes",
    first: { ...HIT, lengthBytes: 7 },
    second: { ...HIT, lengthBytes: 7 },
    want: "length-mismatch",
  },
  {
    name: "other bytes of the same length",
    second: { ...HIT, md5 },
    expected: { ...EXPECTED, md5: "b".repeat(32) },
    want: "md5-mismatch",
  },
  { name: "the digest fits", second: { ...HIT, md5 }, expected: { ...EXPECTED, md5 }, want: null },
  {
    name: "without validators the date tells",
    first: { ...MISS, etag: null },
    second: { ...HIT, etag: null },
    expected: { ...EXPECTED, version: "Thu, 19 Nov 2026 12:00:00 GMT" },
    want: "validator-mismatch",
  },
  {
    name: "a validator is a better word than a date",
    second: HIT,
    expected: { ...EXPECTED, version: "Thu, 19 Nov 2026 12:00:00 GMT" },
    want: null,
  },
  {
    name: "a weak tag of the same version",
    first: { ...MISS, etag: 'W/"v1"' },
    second: { ...HIT, etag: 'W/"v1"' },
    want: null,
  },
];

describe("warm", () => {
  test.each(WARM_ROWS)("$name: $want", ({ first = MISS, second, expected = EXPECTED, want }) => {
    expect(decideProof("warm", { first, second }, expected)).toBe(want);
  });
});

describe("look", () => {
  test.each([
    { name: "a hit", first: HIT, want: null },
    { name: "not there any more", first: MISS, want: "not-cached" },
    { name: "another version", first: { ...HIT, etag: '"v0"' }, want: "validator-mismatch" },
    { name: "no answer", first: SILENT, want: "unreachable" },
    { name: "gone", first: GONE, want: "absent" },
  ])("$name: $want", ({ first, want }) => {
    expect(decideProof("look", { first, second: null }, EXPECTED)).toBe(want);
  });
});

test.each([
  ["d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e"],
  ["D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427e"],
  ["d41d8cd98f00b204e9800998ecf8427e-3", null],
  ["v1", null],
  [null, null],
])("the digest in the tag %s is %s", (etag, want) => {
  expect(toTagDigest(etag)).toBe(want);
});
