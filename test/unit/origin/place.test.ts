// URLs at origins: from catalog values and decoded paths only.

import { describe, expect, test } from "vitest";
import type { HttpOrigin, S3Origin } from "../../../workers/core/config/catalog.ts";
import { toEncodedPath, toObjectKey, toPlaceUrl } from "../../../workers/core/origin/place.ts";

const http = (url: string): HttpOrigin => ({ kind: "http", id: "east", url, region: null });
const s3 = (rest: Partial<S3Origin>): S3Origin => ({
  kind: "s3",
  id: "chunks",
  endpoint: "https://s3.example",
  bucket: "media",
  region: "auto",
  prefix: "",
  addressing: "path",
  credentials: null,
  ...rest,
});

describe("toPlaceUrl", () => {
  test.each([
    { origin: http("https://e.example/"), prefix: "", want: "https://e.example/" },
    {
      origin: http("https://e.example/live/"),
      prefix: "/ch7/a",
      want: "https://e.example/live/ch7/a/",
    },
    {
      origin: http("https://e.example/"),
      prefix: "/über uns",
      want: "https://e.example/%C3%BCber%20uns/",
    },
    { origin: s3({}), prefix: "", want: "https://s3.example/media/" },
    { origin: s3({ prefix: "live" }), prefix: "", want: "https://s3.example/media/live/" },
    {
      origin: s3({ prefix: "live/x" }),
      prefix: "/ch7",
      want: "https://s3.example/media/live/x/ch7/",
    },
    { origin: s3({}), prefix: "/ch7", want: "https://s3.example/media/ch7/" },
    { origin: s3({ prefix: "a+b" }), prefix: "", want: "https://s3.example/media/a%2Bb/" },
    {
      origin: s3({ endpoint: "http://127.0.0.1:9/s3" }),
      prefix: "",
      want: "http://127.0.0.1:9/s3/media/",
    },
    {
      origin: s3({ addressing: "virtual" }),
      prefix: "/ch7",
      want: "https://media.s3.example/ch7/",
    },
    {
      origin: s3({ addressing: "virtual", endpoint: "http://s3.example:9000", prefix: "p" }),
      prefix: "",
      want: "http://media.s3.example:9000/p/",
    },
  ])("$origin.kind $prefix -> $want", ({ origin, prefix, want }) => {
    expect(toPlaceUrl(origin, { id: origin.id, prefix })).toBe(want);
  });
});

describe("toEncodedPath: RFC 3986 unreserved, as SigV4 signs", () => {
  test.each([
    ["a/b.ts", "a/b.ts"],
    ["A-z_0.9~", "A-z_0.9~"],
    ["a b", "a%20b"],
    ["a+b&c=d;e,f:g@h$i", "a%2Bb%26c%3Dd%3Be%2Cf%3Ag%40h%24i"],
    ["!'()*", "%21%27%28%29%2A"],
    ["100%", "100%25"],
    ["%2e%2e", "%252e%252e"],
    ["a?b#c", "a%3Fb%23c"],
    ["ü/日本", "%C3%BC/%E6%97%A5%E6%9C%AC"],
    ["😀", "%F0%9F%98%80"],
  ])("%s", (path, want) => expect(toEncodedPath(path)).toBe(want));
});

describe("toObjectKey: the key as S3 knows it, not encoded", () => {
  test.each([
    { prefix: "", place: "", path: "a b.ts", want: "a b.ts" },
    { prefix: "live", place: "", path: "a.ts", want: "live/a.ts" },
    { prefix: "", place: "/ch7", path: "v/a.ts", want: "ch7/v/a.ts" },
    { prefix: "live/x", place: "/ch7/y", path: "a.ts", want: "live/x/ch7/y/a.ts" },
  ])("$want", ({ prefix, place, path, want }) => {
    expect(toObjectKey({ prefix }, { id: "s", prefix: place }, path)).toBe(want);
  });
});
