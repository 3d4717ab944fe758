// EXT-X-SERVER-CONTROL: what may be set under which bounds (bis-22 section 4.4.3.8).

import { describe, expect, test } from "vitest";
import { parsePlaylist } from "../../../../workers/core/hls/parse-playlist.ts";
import type { ServerControlOptions } from "../../../../workers/core/transform/edits/server-control.ts";
import { applyServerControl } from "../../../../workers/core/transform/edits/server-control.ts";

const head = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n";
const partInf = "#EXT-X-PART-INF:PART-TARGET=0.5\n";
const end = "#EXTINF:6,\na.ts\n";
const tag = (list: string) => `${head}#EXT-X-SERVER-CONTROL:${list}\n${partInf}${end}`;

function control(text: string, options: ServerControlOptions) {
  const playlist = parsePlaylist(text);
  if (playlist.kind !== "media") throw new Error(`Not media: ${text}`);
  return applyServerControl(playlist, options);
}

interface Row {
  readonly name: string;
  readonly text: string;
  readonly options: ServerControlOptions;
  /** The new text; null: refused. */
  readonly want: string | null;
}

const rows: readonly Row[] = [
  { name: "nothing asked", text: tag("HOLD-BACK=20"), options: {}, want: tag("HOLD-BACK=20") },
  {
    name: "removed where there is none",
    text: head + end,
    options: { holdBackSeconds: null, canBlockReload: false },
    want: head + end,
  },
  {
    name: "the last attribute goes with its tag",
    text: `${head}#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES\n${end}`,
    options: { canBlockReload: false },
    want: head + end,
  },
  {
    name: "order and spelling of the others stay",
    text: tag("PART-HOLD-BACK=1.50, X-ACME=1,CAN-BLOCK-RELOAD=YES"),
    options: { canBlockReload: true, canSkipUntilSeconds: 36 },
    want: tag("PART-HOLD-BACK=1.50, X-ACME=1,CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=36"),
  },
  {
    name: "skipping is taken out as a whole",
    text: tag("CAN-SKIP-UNTIL=36,CAN-SKIP-DATERANGES=YES,PART-HOLD-BACK=2"),
    options: { canSkipUntilSeconds: null, canSkipDateRanges: false },
    want: tag("PART-HOLD-BACK=2"),
  },
  {
    name: "HOLD-BACK at 3 target durations",
    text: tag("HOLD-BACK=20"),
    options: { holdBackSeconds: 18 },
    want: tag("HOLD-BACK=18"),
  },
  { name: "below", text: tag("HOLD-BACK=20"), options: { holdBackSeconds: 17.99 }, want: null },
  {
    name: "no number",
    text: tag("HOLD-BACK=20"),
    options: { holdBackSeconds: Number.NaN },
    want: null,
  },
  {
    name: "PART-HOLD-BACK at 2 part targets",
    text: tag("PART-HOLD-BACK=3"),
    options: { partHoldBackSeconds: 1 },
    want: tag("PART-HOLD-BACK=1"),
  },
  { name: "below", text: tag("A=1"), options: { partHoldBackSeconds: 0.99 }, want: null },
  {
    name: "needed with parts",
    text: tag("A=1"),
    options: { partHoldBackSeconds: null },
    want: null,
  },
  {
    name: "CAN-SKIP-UNTIL below 6 target durations",
    text: tag("A=1"),
    options: { canSkipUntilSeconds: 35 },
    want: null,
  },
  {
    name: "CAN-SKIP-DATERANGES alone",
    text: tag("A=1"),
    options: { canSkipDateRanges: true },
    want: null,
  },
  {
    name: "CAN-SKIP-DATERANGES left behind",
    text: tag("CAN-SKIP-UNTIL=36,CAN-SKIP-DATERANGES=YES"),
    options: { canSkipUntilSeconds: null },
    want: null,
  },
];

describe("server control", () => {
  test.each(rows)("$name: $text", ({ text, options, want }) => {
    const result = control(text, options);
    if (want === null) expect(result).toMatchObject({ kind: "refused", reason: "bad-options" });
    else expect(result.kind === "edited" && result.playlist.text).toBe(want);
  });
});
