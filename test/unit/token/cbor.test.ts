// What the reader takes (RFC 8949 appendix A) and what it leaves to others.

import { describe, expect, test } from "vitest";
import { parseCbor } from "../../../workers/core/token/cbor.ts";
import { fromHex } from "../../kit/token-mint.ts";

describe("parseCbor", () => {
  test.each([
    ["zero", "00", 0],
    ["24", "1818", 24],
    ["a million", "1a000f4240", 1_000_000],
    ["2^53 - 1", "1b001fffffffffffff", 2 ** 53 - 1],
    ["minus one", "20", -1],
    ["minus a thousand", "3903e7", -1000],
    ["a float of 64 bits", "fb3ff199999999999a", 1.1],
    ["a float of 32 bits", "fa47c35000", 100_000],
    ["false, true, null", "83f4f5f6", [false, true, null]],
    ["text", "62c3bc", "ü"],
    ["a nested array", "8301820203820405", [1, [2, 3], [4, 5]]],
    [
      "a map",
      "a201020304",
      new Map([
        [1, 2],
        [3, 4],
      ]),
    ],
    ["a tag", "c11a514b67b0", { kind: "tag", tag: 1, value: 1_363_896_240 }],
    ["bytes", "4401020304", Uint8Array.of(1, 2, 3, 4)],
  ])("%s", (_name, hex, want) => expect(parseCbor(fromHex(hex))).toEqual(want));

  test.each([
    ["nothing", ""],
    ["a byte behind the end", "0000"],
    ["bytes that are not there", "4401"],
    ["an array longer than the rest", "9a7fffffff01"],
    ["a map longer than the rest", "bb7fffffffffffffff01"],
    ["a key that stands twice", "a201020103"],
    ["a key that is an array", "a18001"],
    ["text that is not UTF-8", "62c328"],
    ["an indefinite array", "9f01ff"],
    ["an indefinite text", "7f6161ff"],
    ["an integer beyond 2^53", "1b0020000000000000"],
    ["a reserved length", "1c"],
    ["half a float", "f93c00"],
    ["a simple value without meaning", "f0"],
    ["nesting without end", "81".repeat(40)],
  ])("refuses %s", (_name, hex) => expect(parseCbor(fromHex(hex))).toBeNull());
});
