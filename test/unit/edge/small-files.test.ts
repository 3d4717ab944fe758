// The isolate's memory of small files: who gets in, and who has to go.

import { describe, expect, test } from "vitest";
import { makeSmallFiles } from "../../../workers/edge/fill/small-files.ts";
import type { StorableMeta } from "../../../workers/platform/edge-cache.ts";

const KILOBYTE = 1024;
const toFile = (lengthBytes: number) => ({
  meta: { lengthBytes } as StorableMeta,
  blob: new Blob([new Uint8Array(lengthBytes)]),
});

describe("admits", () => {
  test.each([
    ["an init section at once", 800, true, [true]],
    ["another file at its second hit", 800, false, [false, true, false, true]],
    ["nothing large", 129 * KILOBYTE, true, [false, false]],
    ["what is just small enough", 128 * KILOBYTE, true, [true]],
  ])("%s", (_name, lengthBytes, isEager, want) => {
    const files = makeSmallFiles(1_000);
    expect(want.map(() => files.admits("key", lengthBytes, isEager))).toEqual(want);
  });

  test("a library that is read once gets nobody in", () => {
    const files = makeSmallFiles(1_000);
    for (let at = 0; at < 10_000; at++) expect(files.admits(`key ${at}`, 10, false)).toBe(false);
  });
});

describe("the budget", () => {
  test("the least recently used goes first", () => {
    const files = makeSmallFiles(250);
    for (const key of ["a", "b"]) files.put(key, toFile(100));
    expect(files.get("a")).not.toBeNull();
    files.put("c", toFile(100));
    expect(["a", "b", "c"].filter((key) => files.get(key) !== null)).toEqual(["a", "c"]);
  });

  test("a file that is replaced counts once", () => {
    const files = makeSmallFiles(250);
    for (let count = 0; count < 10; count++) files.put("a", toFile(100));
    files.put("b", toFile(100));
    expect(["a", "b"].every((key) => files.get(key) !== null)).toBe(true);
  });
});
