// Rows for RFC 9110 section 14 and RFC 8673: every shape of a Range header against small lengths.
import { describe, expect, it } from "vitest";
import {
  parseRange,
  parseRangeRequest,
  printContentRange,
  printUnsatisfiedRange,
  type RangeAnswer,
  type RangeRequest,
} from "../../../workers/core/http/byte-range.ts";

const WHOLE: RangeAnswer = { kind: "whole" };
const UNSATISFIABLE: RangeAnswer = { kind: "unsatisfiable" };
const slice = (start: number, end: number): RangeAnswer => ({ kind: "slice", start, end });

describe("parseRange", () => {
  const rows: { name: string; header: string | null; lengthBytes: number; want: RangeAnswer }[] = [
    { name: "absent", header: null, lengthBytes: 100, want: WHOLE },
    { name: "empty", header: "", lengthBytes: 100, want: WHOLE },
    { name: "other unit", header: "items=0-1", lengthBytes: 100, want: WHOLE },
    { name: "no digits", header: "bytes=-", lengthBytes: 100, want: WHOLE },
    { name: "letters", header: "bytes=a-b", lengthBytes: 100, want: WHOLE },
    { name: "negative", header: "bytes=--5", lengthBytes: 100, want: WHOLE },
    { name: "several", header: "bytes=0-1,5-6", lengthBytes: 100, want: WHOLE },
    { name: "last before first", header: "bytes=5-4", lengthBytes: 100, want: WHOLE },
    { name: "spaces inside", header: "bytes=0 - 5", lengthBytes: 100, want: WHOLE },
    { name: "first byte", header: "bytes=0-0", lengthBytes: 100, want: slice(0, 0) },
    { name: "unit in capitals", header: "Bytes=0-9", lengthBytes: 100, want: slice(0, 9) },
    { name: "space after =", header: "bytes= 0-9 ", lengthBytes: 100, want: slice(0, 9) },
    { name: "open end", header: "bytes=10-", lengthBytes: 100, want: slice(10, 99) },
    { name: "exact end", header: "bytes=10-99", lengthBytes: 100, want: slice(10, 99) },
    { name: "beyond the end", header: "bytes=10-100", lengthBytes: 100, want: slice(10, 99) },
    { name: "last byte", header: "bytes=99-99", lengthBytes: 100, want: slice(99, 99) },
    { name: "start at length", header: "bytes=100-", lengthBytes: 100, want: UNSATISFIABLE },
    { name: "start beyond", header: "bytes=100-200", lengthBytes: 100, want: UNSATISFIABLE },
    { name: "empty file", header: "bytes=0-", lengthBytes: 0, want: UNSATISFIABLE },
    { name: "suffix", header: "bytes=-10", lengthBytes: 100, want: slice(90, 99) },
    { name: "suffix of all", header: "bytes=-100", lengthBytes: 100, want: slice(0, 99) },
    { name: "suffix beyond", header: "bytes=-101", lengthBytes: 100, want: slice(0, 99) },
    { name: "suffix of nothing", header: "bytes=-0", lengthBytes: 100, want: UNSATISFIABLE },
    { name: "suffix, empty file", header: "bytes=-5", lengthBytes: 0, want: WHOLE },
    {
      name: "RFC 8673 open last byte",
      header: "bytes=7-9007199254740991",
      lengthBytes: 100,
      want: slice(7, 99),
    },
    {
      name: "beyond 2^53",
      header: "bytes=7-99999999999999999999999999",
      lengthBytes: 100,
      want: slice(7, 99),
    },
    {
      name: "both beyond 2^53",
      header: "bytes=9007199254740992-9007199254740993",
      lengthBytes: 100,
      want: UNSATISFIABLE,
    },
    {
      name: "suffix beyond 2^53",
      header: "bytes=-18446744073709551616",
      lengthBytes: 100,
      want: slice(0, 99),
    },
    {
      name: "more digits than a double holds",
      header: `bytes=0-${"9".repeat(400)}`,
      lengthBytes: 100,
      want: slice(0, 99),
    },
  ];
  for (const { name, header, lengthBytes, want } of rows) {
    it(name, () => expect(parseRange(header, lengthBytes)).toEqual(want));
  }
});

describe("parseRangeRequest, length not known yet", () => {
  const rows: { header: string | null; want: RangeRequest }[] = [
    { header: null, want: { kind: "whole" } },
    { header: "bytes=5-", want: { kind: "from", start: 5, end: null } },
    { header: "bytes=5-9", want: { kind: "from", start: 5, end: 9 } },
    { header: "bytes=0-9007199254740991", want: { kind: "from", start: 0, end: 2 ** 53 - 1 } },
    { header: "bytes=0-9007199254740999", want: { kind: "from", start: 0, end: 2 ** 53 - 1 } },
    { header: "bytes=-7", want: { kind: "suffix", lengthBytes: 7 } },
    { header: "bytes=1-2, 3-4", want: { kind: "whole" } },
  ];
  for (const { header, want } of rows) {
    it(String(header), () => expect(parseRangeRequest(header)).toEqual(want));
  }
});

describe("printing", () => {
  it("names the length, or * while it is unknown", () => {
    expect(printContentRange(7, 99, 100)).toBe("bytes 7-99/100");
    expect(printContentRange(7, 2 ** 53 - 1, null)).toBe("bytes 7-9007199254740991/*");
    expect(printUnsatisfiedRange(100)).toBe("bytes */100");
  });
});
