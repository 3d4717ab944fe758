// Rows for RFC 9110 section 5.6.7: three forms read, one printed, days that do not exist refused.
import { describe, expect, it } from "vitest";
import { parseHttpDate, printHttpDate } from "../../../workers/core/http/http-date.ts";

const RFC_EXAMPLE_MS = 784_111_777_000;

describe("parseHttpDate", () => {
  const rows: { text: string; want: number | null }[] = [
    { text: "Sun, 06 Nov 1994 08:49:37 GMT", want: RFC_EXAMPLE_MS },
    { text: "Sunday, 06-Nov-94 08:49:37 GMT", want: RFC_EXAMPLE_MS },
    { text: "Sun Nov  6 08:49:37 1994", want: RFC_EXAMPLE_MS },
    { text: "Thu, 01 Jan 1970 00:00:00 GMT", want: 0 },
    { text: "Wednesday, 01-Jan-69 00:00:00 GMT", want: 3_124_224_000_000 },
    { text: "Thu, 29 Feb 2024 00:00:00 GMT", want: 1_709_164_800_000 },
    { text: "Sun, 29 Feb 2026 00:00:00 GMT", want: null },
    { text: "Sat, 31 Dec 2016 23:59:60 GMT", want: 1_483_228_800_000 },
    { text: "Sun, 06 Nov 1994 24:00:00 GMT", want: null },
    { text: "Sun, 06 Nov 1994 08:60:00 GMT", want: null },
    { text: "Sun, 00 Nov 1994 08:49:37 GMT", want: null },
    { text: "Sun, 06 ovD 1994 08:49:37 GMT", want: null },
    { text: "Sun, 06 Nov 1994 08:49:37 +0000", want: null },
    { text: "Sun, 6 Nov 1994 08:49:37 GMT", want: null },
    { text: "1994-11-06T08:49:37Z", want: null },
    { text: "Sun, 06 Nov 0042 08:49:37 GMT", want: null },
    { text: "0", want: null },
    { text: "", want: null },
  ];
  for (const { text, want } of rows) {
    it(text === "" ? "empty" : text, () => expect(parseHttpDate(text)).toBe(want));
  }
});

describe("printHttpDate", () => {
  it("prints IMF-fixdate and cuts part seconds off", () => {
    expect(printHttpDate(RFC_EXAMPLE_MS)).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
    expect(printHttpDate(RFC_EXAMPLE_MS + 999)).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
    expect(printHttpDate(RFC_EXAMPLE_MS + 1000)).toBe("Sun, 06 Nov 1994 08:49:38 GMT");
  });

  it("reads back what it printed, day by day over five years", () => {
    for (let day = 0; day < 5 * 366; day += 1) {
      const epochMs = 1_700_000_000_000 + day * 86_400_000;
      expect(parseHttpDate(printHttpDate(epochMs))).toBe(epochMs);
    }
  });
});
