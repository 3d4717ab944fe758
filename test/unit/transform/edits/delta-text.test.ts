// Deltas of canonical playlists as text. That they merge to the next version is shown by
// test/property/delta.test.ts; here are the shapes that the short cut must see.

import { describe, expect, test } from "vitest";
import { printDelta } from "../../../../workers/core/transform/edits/delta-text.ts";

interface Shape {
  readonly version?: string;
  readonly control?: string;
  readonly front?: string;
  /** Lines in front of a segment. */
  readonly around?: (msn: number) => string;
  readonly end?: string;
}

/** 200 segments of 2 s; the boundary is 12 s. */
function playlist({ version = "#EXT-X-VERSION:6\n", control, front, around, end }: Shape): string {
  const blocks = Array.from({ length: 200 }, (_, msn) => {
    return `${around?.(msn) ?? ""}#EXTINF:2.000,\ns${msn}.mp4\n`;
  });
  const server = control ?? "#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=12\n";
  const head = `#EXTM3U\n${version}#EXT-X-TARGETDURATION:2\n${server}#EXT-X-MEDIA-SEQUENCE:0\n`;
  return `${head}${front ?? ""}${blocks.join("")}${end ?? ""}`;
}

const date = (msn: number) =>
  `#EXT-X-PROGRAM-DATE-TIME:${new Date(Date.UTC(2026, 10, 20) + msn * 2_000).toISOString()}\n`;

describe("printDelta", () => {
  test("counts what it never read", () => {
    const text = printDelta(playlist({})) ?? "";
    expect(text.split("\n").slice(0, 8)).toEqual([
      "#EXTM3U",
      "#EXT-X-VERSION:9",
      "#EXT-X-TARGETDURATION:2",
      "#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=12",
      "#EXT-X-MEDIA-SEQUENCE:0",
      "#EXT-X-SKIP:SKIPPED-SEGMENTS=194",
      "#EXTINF:2.000,",
      "s194.mp4",
    ]);
  });
  test("says what holds again: the last key, init section and date", () => {
    const around = (msn: number) => {
      const key = msn % 90 === 0 ? `#EXT-X-KEY:METHOD=AES-128,URI="k${msn}"\n` : "";
      return `${key}${msn % 70 === 0 ? `#EXT-X-MAP:URI="i${msn}"\n` : ""}${date(msn)}`;
    };
    const text = printDelta(playlist({ around })) ?? "";
    const behind = text.slice(text.indexOf("#EXT-X-SKIP"), text.indexOf("#EXTINF"));
    // The init section of segment 140 came under the key of segment 90, and then key 180.
    expect(behind).toBe(
      "#EXT-X-SKIP:SKIPPED-SEGMENTS=194\n" +
        '#EXT-X-KEY:METHOD=AES-128,URI="k90"\n#EXT-X-MAP:URI="i140"\n' +
        '#EXT-X-KEY:METHOD=NONE\n#EXT-X-KEY:METHOD=AES-128,URI="k180"\n' +
        date(194),
    );
  });
  test("a date that stands only in front of the first segment is carried on", () => {
    const text = printDelta(playlist({ front: date(0) })) ?? "";
    expect(text).toContain(`=194\n${date(194)}#EXTINF`);
  });
  test("date ranges stay, wherever they stand", () => {
    const range = '#EXT-X-DATERANGE:ID="a",START-DATE="2026-11-20T00:00:00Z"\n';
    const text = printDelta(playlist({ around: (msn) => (msn === 50 ? range : "") })) ?? "";
    expect(text).toContain(range);
    expect(text).toContain("SKIPPED-SEGMENTS=194\n");
  });
  test("a version that is high enough stays, a missing one is written", () => {
    expect(printDelta(playlist({ version: "#EXT-X-VERSION:11\n" }))).toContain("VERSION:11\n");
    expect(printDelta(playlist({ version: "" }))).toMatch(/^#EXTM3U\n#EXT-X-VERSION:9\n/);
  });
  test.each([
    { name: "no promise", given: { control: "" } },
    {
      name: "a boundary behind everything",
      given: { control: "#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=400\n" },
    },
    { name: "a finished list", given: { end: "#EXT-X-ENDLIST\n" } },
  ])("nothing may be left out: $name", ({ given }) => {
    expect(printDelta(playlist(given))).toBe(null);
  });
});
