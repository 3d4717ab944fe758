// The law of the shared cache: equal normalised requests have equal keys, different ones never
// share a key, and neither the viewer's token nor the player's own parameters ever matter.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toCacheKey } from "../../workers/core/cache/key.ts";
import { printPathSegment } from "../../workers/core/http/percent.ts";
import { type Given, resolve, resolveAsset } from "../unit/origin/situation.ts";

const GIVEN: Given = {
  policy: { beyondPrefix: true, query: ["a", "b"] },
  hosts: [{ alias: "cdn", url: "https://cdn.example/" }],
  timelines: [
    { n: 0, origins: ["east"] },
    { n: 2, origins: ["west"] },
    { n: 12, origins: ["east"] },
  ],
};

/** Decoded segments, with all that could be mistaken for something else. */
const segment = fc
  .oneof(
    fc.constantFrom(
      "a",
      "A",
      "@t2",
      "@self",
      "~x",
      "a?b",
      "a#b",
      "%",
      "%2e",
      "%41",
      "ü",
      "a b",
      "...",
    ),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }),
  )
  .filter((text) => !/[/\\\x00-\x1f\x7f]/.test(text) && text !== "." && text !== "..")
  .filter((text) => encodable(text));
const extension = fc.constantFrom("", ".ts", ".m3u8", ".mp4");
const label = fc.constantFrom("", "@t2/", "@t12/", "@self/", "@cdn/", "@t2/@cdn/", "@t12/@self/");
const pair = fc
  .tuple(fc.constantFrom("a", "b", "c", "A", "%61"), fc.constantFrom("", "=", "=1", "=2", "=%41"))
  .map((parts) => parts.join(""));
const noise = fc.constantFrom("CMCD=bl%3D1", "CMCD", "_HLS_msn=4", "_HLS_part=0", "CMSD=x");

interface Request {
  readonly label: string;
  /** Decoded. */
  readonly segments: readonly string[];
  readonly query: readonly string[];
}
const request: fc.Arbitrary<Request> = fc.record({
  label,
  segments: fc
    .tuple(fc.array(segment, { minLength: 1, maxLength: 3 }), extension)
    .map(([all, end]) => [...all.slice(0, -1), `${all.at(-1)}${end}`]),
  query: fc.array(pair, { maxLength: 4 }),
});

function encodable(text: string): boolean {
  try {
    encodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

const print = ({ label: front, segments, query }: Request, token = "") => {
  const path = `${token}/demo/${front}${segments.map(printPathSegment).join("/")}`;
  return query.length === 0 ? path : `${path}?${query.join("&")}`;
};
const keyOf = (target: string) => toCacheKey(resolveAsset(target, GIVEN));

/** What a request means once all that does not count is taken away, written independently. */
function toMeaning({ label: front, segments, query }: Request): string {
  const isPlaylist = /\.m3u8$/.test(segments.at(-1) ?? "");
  if (!isPlaylist) return JSON.stringify([front, segments, query]);
  const first = (name: string) => query.find((each) => each.split("=")[0] === name) ?? null;
  return JSON.stringify([front, segments, first("a"), first("b")]);
}

describe("the key", () => {
  test("equal meanings, equal keys; different meanings, different keys", () => {
    fc.assert(
      fc.property(request, request, (one, other) => {
        const isSame = toMeaning(one) === toMeaning(other);
        expect(keyOf(print(one)) === keyOf(print(other))).toBe(isSame);
      }),
      { numRuns: 2000 },
    );
  });

  test("near misses: the same request with one thing changed", () => {
    const change = fc.constantFrom("label", "segment", "query", "nothing");
    fc.assert(
      fc.property(request, change, label, segment, pair, (one, what, front, name, extra) => {
        const other: Request = {
          label: what === "label" ? front : one.label,
          segments: what === "segment" ? [name, ...one.segments.slice(1)] : one.segments,
          query: what === "query" ? [...one.query, extra] : one.query,
        };
        const isSame = toMeaning(one) === toMeaning(other);
        expect(keyOf(print(one)) === keyOf(print(other))).toBe(isSame);
      }),
      { numRuns: 2000 },
    );
  });

  test("a token never matters, nor what belongs to the player", () => {
    const token = fc.stringMatching(/^[A-Za-z0-9._~+=:-]{1,40}$/).map((text) => `/~${text}`);
    fc.assert(
      fc.property(request, token, fc.array(noise, { maxLength: 3 }), (one, prefix, extra) => {
        const noisy = { ...one, query: [...extra, ...one.query, ...extra] };
        expect(keyOf(print(noisy, prefix))).toBe(keyOf(print(one)));
        expect(resolve(print(noisy, prefix), GIVEN)).toEqual(resolve(print(one), GIVEN));
      }),
    );
  });

  test("an escape more or less never matters", () => {
    fc.assert(
      fc.property(request, (one) => {
        const target = `/demo/${one.label}${one.segments.map(escapeAll).join("/")}`;
        expect(keyOf(target)).toBe(keyOf(print({ ...one, query: [] })));
      }),
    );
  });

  test("the key is its own canonical URL: asked for, it gives itself", () => {
    fc.assert(
      fc.property(request, (one) => {
        const key = keyOf(print(one));
        expect(keyOf(key)).toBe(key);
      }),
    );
  });
});

/** Every byte as an escape, which is the longest spelling of the same segment. */
function escapeAll(text: string): string {
  return [...new TextEncoder().encode(text)]
    .map((byte) => `%${byte.toString(16).padStart(2, "0")}`)
    .join("");
}
