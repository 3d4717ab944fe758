// Whether a reply continues a body that broke off: proved bytes at the right place, or nothing.

import { describe, expect, test } from "vitest";
import { type BrokenBody, decideResume, isResumable } from "../../../workers/core/origin/resume.ts";

const BROKEN: BrokenBody = { position: 40, last: null, lengthBytes: 100, etag: "e", md5: null };

interface Row {
  readonly name: string;
  readonly broken?: Partial<BrokenBody>;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly md5?: string;
  /** Bytes to skip, or words of the refusal. */
  readonly want: number | RegExp;
}

const RIGHT = { etag: '"e"', "content-range": "bytes 40-99/100" };

const ROWS: readonly Row[] = [
  { name: "the same tag and the right range", headers: RIGHT, want: 0 },
  { name: "the same tag and the whole", status: 200, headers: { etag: '"e"' }, want: 40 },
  { name: "another tag", headers: { ...RIGHT, etag: '"f"' }, want: /validator/ },
  { name: "a weak tag", headers: { ...RIGHT, etag: 'W/"e"' }, want: /validator/ },
  { name: "no tag", headers: { "content-range": "bytes 40-99/100" }, want: /validator/ },
  {
    name: "other tags and the same MD5",
    broken: { etag: "x", md5: "m" },
    headers: RIGHT,
    md5: "m",
    want: 0,
  },
  {
    name: "neither had a tag",
    broken: { etag: null },
    headers: { "content-range": "bytes 40-99/100" },
    want: /validator/,
  },
  {
    name: "another start",
    headers: { ...RIGHT, "content-range": "bytes 41-99/100" },
    want: /range/,
  },
  { name: "no range", headers: { etag: '"e"' }, want: /range/ },
  {
    name: "another length",
    headers: { ...RIGHT, "content-range": "bytes 40-199/200" },
    want: /length/,
  },
  {
    name: "not to the end",
    headers: { ...RIGHT, "content-range": "bytes 40-98/100" },
    want: /length/,
  },
  {
    name: "a part to its own end",
    broken: { last: 59 },
    headers: { ...RIGHT, "content-range": "bytes 40-59/100" },
    want: 0,
  },
  {
    name: "the whole where a part was asked for",
    broken: { last: 59 },
    status: 200,
    headers: { etag: '"e"' },
    want: /range/,
  },
];

test.each(ROWS)("$name", ({ broken, status = 206, headers = {}, md5 = null, want }) => {
  const header = (name: string) => headers[name] ?? null;
  const verdict = decideResume({ ...BROKEN, ...broken }, { status, header, md5 });
  if (typeof want === "number") expect(verdict).toEqual({ kind: "continues", skipBytes: want });
  else expect(verdict).toEqual({ kind: "other-bytes", detail: expect.stringMatching(want) });
});

describe("isResumable", () => {
  test.each([
    ["nothing was passed on", { position: 0, etag: null }, true],
    ["a tag", {}, true],
    ["an MD5", { etag: null, md5: "m" }, true],
    ["no proof could ever be had", { etag: null }, false],
    ["a part without a tag", { position: 0, last: 9, etag: null }, false],
  ])("%s", (_name, broken, want) => {
    expect(isResumable({ ...BROKEN, ...broken })).toBe(want);
  });
});
