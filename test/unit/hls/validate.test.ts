// The validator: for each rule a playlist that breaks it, with the line, and the same playlist
// mended. The table is a Record over the rules, so that a new rule does not compile without its
// row.

import { describe, expect, test } from "vitest";
import { defaultPlaylistLimits } from "../../../workers/core/hls/limits.ts";
import { parsePlaylist } from "../../../workers/core/hls/parse-playlist.ts";
import { decideFindings, findingsMax } from "../../../workers/core/hls/validate.ts";
import type { RuleName } from "../../../workers/core/hls/validate-rules.ts";
import { rules } from "../../../workers/core/hls/validate-rules.ts";

interface RuleRow {
  readonly bad: string;
  readonly line: number;
  readonly good: string;
}

const head = "#EXTM3U\n#EXT-X-VERSION:13\n#EXT-X-TARGETDURATION:6\n";
const end = "#EXTINF:6,\na.ts\n#EXT-X-ENDLIST\n";
const date = "#EXT-X-PROGRAM-DATE-TIME:2026-11-20T10:00:00Z\n";
const live = (count: number) =>
  `#EXT-X-MEDIA-SEQUENCE:9\n${date}${"#EXTINF:6,\na.ts\n".repeat(count)}`;
const top = "#EXTM3U\n#EXT-X-VERSION:13\n";
const variant = (rest = "", uri = "v.m3u8") => {
  return `#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.1"${rest}\n${uri}\n`;
};
const rendition = (type: string, group: string, name: string, rest = "") => {
  return `#EXT-X-MEDIA:TYPE=${type},GROUP-ID="${group}",NAME="${name}"${rest}\n`;
};

/** A row for one extra line between head and segments: line 4. */
function line(bad: string, good: string): RuleRow {
  return { bad: `${head}${bad}\n${end}`, line: 4, good: `${head}${good}\n${end}` };
}

const control = (list: string) => `#EXT-X-SERVER-CONTROL:${list}`;
const parted = (list: string, parts: string) => {
  return `${head}${control(list)}\n#EXT-X-PART-INF:PART-TARGET=1\n${parts}${end}`;
};
const part = (seconds: number, rest = "") => `#EXT-X-PART:DURATION=${seconds},URI="p"${rest}\n`;
const range = (rest: string) => `#EXT-X-DATERANGE:ID="d",START-DATE="2026-11-20T10:00:00Z"${rest}`;
const dated = (bad: string, good: string): RuleRow => ({
  bad: `${head}${bad}\n${date}${end}`,
  line: 4,
  good: `${head}${good}\n${date}${end}`,
});
const multi = (bad: string, good: string, at: number): RuleRow => ({
  bad: top + bad,
  line: at,
  good: top + good,
});

const rows: Record<RuleName, RuleRow> = {
  "control-character": line("# a\u0007b", "# ab"),
  "duplicate-tag": {
    bad: `${head}#EXT-X-TARGETDURATION:6\n${end}`,
    line: 4,
    good: head + end,
  },
  "duplicate-attribute": line('#EXT-X-MAP:URI="a",URI="b"', '#EXT-X-MAP:URI="a"'),
  "bad-attribute-list": line('#EXT-X-MAP:URI="a', '#EXT-X-MAP:URI="a"'),
  "bad-attribute-name": line('#EXT-X-MAP:URI="a",x=1', '#EXT-X-MAP:URI="a",X=1'),
  "bad-attribute-value": line("#EXT-X-MAP:URI=a", '#EXT-X-MAP:URI="a"'),
  "unknown-word": line('#EXT-X-KEY:METHOD=ROT-13,URI="k"', '#EXT-X-KEY:METHOD=AES-128,URI="k"'),
  "missing-attribute": line('#EXT-X-MAP:BYTERANGE="1@0"', '#EXT-X-MAP:URI="a",BYTERANGE="1@0"'),
  "version-too-low": {
    bad: `#EXTM3U\n#EXT-X-VERSION:5\n#EXT-X-TARGETDURATION:6\n#EXT-X-MAP:URI="a"\n${end}`,
    line: 2,
    good: `#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:6\n#EXT-X-MAP:URI="a"\n${end}`,
  },
  "define-form": line('#EXT-X-DEFINE:NAME="a"', '#EXT-X-DEFINE:NAME="a",VALUE="b"'),
  "define-twice": {
    bad: `${head}#EXT-X-DEFINE:IMPORT="a"\n#EXT-X-DEFINE:QUERYPARAM="a"\n${end}`,
    line: 5,
    good: `${head}#EXT-X-DEFINE:IMPORT="a"\n#EXT-X-DEFINE:QUERYPARAM="b"\n${end}`,
  },
  "define-import-in-multivariant": multi(
    `#EXT-X-DEFINE:IMPORT="a"\n${variant()}`,
    `#EXT-X-DEFINE:QUERYPARAM="a"\n${variant()}`,
    3,
  ),
  "target-duration-not-integer": {
    bad: `${head.replace(":6", ":6.5")}${end}`,
    line: 3,
    good: head + end,
  },
  "duration-above-target": {
    bad: `${head}#EXTINF:6.5,\na.ts\n${end}`,
    line: 5,
    good: `${head}#EXTINF:6.49,\na.ts\n${end}`,
  },
  "sequence-behind-segment": {
    bad: `${head}#EXTINF:6,\na.ts\n#EXT-X-MEDIA-SEQUENCE:3\n${end}`,
    line: 6,
    good: `${head}#EXT-X-MEDIA-SEQUENCE:3\n#EXTINF:6,\na.ts\n${end}`,
  },
  "window-too-short": { bad: head + live(2), line: 1, good: head + live(6) },
  "few-segments": { bad: head + live(5), line: 1, good: head + live(6) },
  "live-without-date": {
    bad: head + live(6).replace(date, ""),
    line: 1,
    good: head + live(6),
  },
  "vod-without-end": {
    bad: `${head}#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:6,\na.ts\n`,
    line: 1,
    good: `${head}#EXT-X-PLAYLIST-TYPE:VOD\n${end}`,
  },
  "byte-range-without-offset": {
    bad: `${head}#EXT-X-BYTERANGE:5\n${end}`,
    line: 6,
    good: `${head}#EXT-X-BYTERANGE:5@0\n${end}`,
  },
  "map-byte-range-without-offset": line(
    '#EXT-X-MAP:URI="a",BYTERANGE="5"',
    '#EXT-X-MAP:URI="a",BYTERANGE="5@0"',
  ),
  "key-without-uri": line("#EXT-X-KEY:METHOD=AES-128", "#EXT-X-KEY:METHOD=NONE"),
  "key-none-with-attributes": line(
    '#EXT-X-KEY:METHOD=NONE,URI="k"',
    '#EXT-X-KEY:METHOD=AES-128,URI="k"',
  ),
  "key-iv-length": line(
    `#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x${"0".repeat(33)}`,
    `#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x${"0".repeat(32)}`,
  ),
  "part-without-part-inf": {
    bad: head + part(1) + end,
    line: 4,
    good: parted("PART-HOLD-BACK=3", part(1)),
  },
  "part-above-target": {
    bad: parted("PART-HOLD-BACK=3", part(1.01)),
    line: 6,
    good: parted("PART-HOLD-BACK=3", part(1)),
  },
  "part-too-short": {
    bad: parted("PART-HOLD-BACK=3", part(0.84) + part(1)),
    line: 6,
    good: parted("PART-HOLD-BACK=3", part(0.85) + part(0.1)),
  },
  "part-hold-back-missing": {
    bad: parted("CAN-BLOCK-RELOAD=YES", ""),
    line: 4,
    good: parted("PART-HOLD-BACK=3", ""),
  },
  "part-hold-back-too-short": {
    bad: parted("PART-HOLD-BACK=1.9", ""),
    line: 4,
    good: parted("PART-HOLD-BACK=3", ""),
  },
  "part-hold-back-short": {
    bad: parted("PART-HOLD-BACK=2", ""),
    line: 4,
    good: parted("PART-HOLD-BACK=3", ""),
  },
  "hold-back-too-short": line(control("HOLD-BACK=17.9"), control("HOLD-BACK=18")),
  "skip-boundary-too-short": line(control("CAN-SKIP-UNTIL=35.9"), control("CAN-SKIP-UNTIL=36")),
  "skip-date-ranges-without-boundary": line(
    control("CAN-SKIP-DATERANGES=YES"),
    control("CAN-SKIP-DATERANGES=YES,CAN-SKIP-UNTIL=36"),
  ),
  "hint-in-ended-playlist": {
    bad: `${head}${end}#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="a"\n`,
    line: 7,
    good: `${head}${live(6)}#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="a"\n`,
  },
  "hint-twice": {
    bad: `${head}${live(6)}${'#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="a"\n'.repeat(2)}`,
    line: 19,
    good: `${head}${live(6)}#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="a"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI="a"\n`,
  },
  "report-uri-absolute": line(
    '#EXT-X-RENDITION-REPORT:URI="https://a.example/b.m3u8"',
    '#EXT-X-RENDITION-REPORT:URI="../b.m3u8"',
  ),
  "date-range-without-date": {
    bad: `${head}${range("")}\n${end}`,
    line: 4,
    good: `${head}${range("")}\n${date}${end}`,
  },
  "date-range-start-missing": dated('#EXT-X-DATERANGE:ID="d"', range("")),
  "date-range-end-before-start": dated(
    range(',END-DATE="2026-11-20T09:59:59Z"'),
    range(',END-DATE="2026-11-20T10:00:00Z"'),
  ),
  "date-range-duration-mismatch": dated(
    range(',END-DATE="2026-11-20T10:00:06Z",DURATION=5'),
    range(',END-DATE="2026-11-20T10:00:06Z",DURATION=6'),
  ),
  "date-range-end-on-next": dated(range(",END-ON-NEXT=YES"), range(',CLASS="c",END-ON-NEXT=YES')),
  "date-range-changed": {
    bad: `${head}${range(",DURATION=5")}\n${range(",DURATION=6")}\n${date}${end}`,
    line: 5,
    good: `${head}${range("")}\n${range(",DURATION=6")}\n${date}${end}`,
  },
  "variant-without-uri": multi(
    `#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="a"\n${variant()}`,
    `${variant()}${variant()}`,
    3,
  ),
  "no-variant": { bad: top, line: 1, good: top + variant() },
  "codecs-missing": multi("#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n", variant(), 3),
  "group-missing": multi(
    variant(',AUDIO="g"'),
    rendition("AUDIO", "g", "n") + variant(',AUDIO="g"'),
    3,
  ),
  "group-members-differ": multi(
    rendition("AUDIO", "g", "n") + rendition("AUDIO", "h", "m") + variant(),
    rendition("AUDIO", "g", "n") + rendition("AUDIO", "h", "n") + variant(),
    4,
  ),
  "group-name-twice": multi(
    rendition("AUDIO", "g", "n") + rendition("AUDIO", "g", "n") + variant(),
    rendition("AUDIO", "g", "n") + rendition("AUDIO", "g", "m") + variant(),
    4,
  ),
  "group-two-defaults": multi(
    rendition("AUDIO", "g", "n", ",DEFAULT=YES") +
      rendition("AUDIO", "g", "m", ",DEFAULT=YES") +
      variant(),
    rendition("AUDIO", "g", "n", ",DEFAULT=YES") +
      rendition("AUDIO", "g", "m", ",DEFAULT=NO") +
      variant(),
    3,
  ),
  "default-not-autoselect": multi(
    rendition("AUDIO", "g", "n", ",DEFAULT=YES,AUTOSELECT=NO") + variant(),
    rendition("AUDIO", "g", "n", ",DEFAULT=YES,AUTOSELECT=YES") + variant(),
    3,
  ),
  "forced-not-subtitles": multi(
    rendition("AUDIO", "g", "n", ",FORCED=YES") + variant(),
    rendition("SUBTITLES", "g", "n", ',FORCED=YES,URI="s.m3u8"') + variant(),
    3,
  ),
  "captions-instream-id": multi(
    rendition("CLOSED-CAPTIONS", "g", "n", ',INSTREAM-ID="SERVICE64"') + variant(),
    rendition("CLOSED-CAPTIONS", "g", "n", ',INSTREAM-ID="SERVICE63"') + variant(),
    3,
  ),
  "captions-with-uri": multi(
    rendition("CLOSED-CAPTIONS", "g", "n", ',INSTREAM-ID="CC1",URI="c.m3u8"') + variant(),
    rendition("CLOSED-CAPTIONS", "g", "n", ',INSTREAM-ID="CC1"') + variant(),
    3,
  ),
  "subtitles-without-uri": multi(
    rendition("SUBTITLES", "g", "n") + variant(),
    rendition("SUBTITLES", "g", "n", ',URI="s.m3u8"') + variant(),
    3,
  ),
  "captions-none-mixed": multi(
    variant(",CLOSED-CAPTIONS=NONE") + variant(),
    variant(",CLOSED-CAPTIONS=NONE") + variant(",CLOSED-CAPTIONS=NONE"),
    3,
  ),
  "score-mixed": multi(
    variant() + variant(",SCORE=1"),
    variant(",SCORE=1") + variant(",SCORE=2"),
    5,
  ),
  "session-data-form": multi(
    `#EXT-X-SESSION-DATA:DATA-ID="d",VALUE="v",URI="u"\n${variant()}`,
    `#EXT-X-SESSION-DATA:DATA-ID="d",VALUE="v"\n${variant()}`,
    3,
  ),
  "session-data-twice": multi(
    `${'#EXT-X-SESSION-DATA:DATA-ID="d",VALUE="v",LANGUAGE="en"\n'.repeat(2)}${variant()}`,
    `#EXT-X-SESSION-DATA:DATA-ID="d",VALUE="v",LANGUAGE="en"\n#EXT-X-SESSION-DATA:DATA-ID="d",VALUE="v"\n${variant()}`,
    4,
  ),
  "session-key-none": multi(
    `#EXT-X-SESSION-KEY:METHOD=NONE\n${variant()}`,
    `#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k"\n${variant()}`,
    3,
  ),
  "steering-pathway-missing": multi(
    `#EXT-X-CONTENT-STEERING:SERVER-URI="s",PATHWAY-ID="a"\n${variant()}`,
    `#EXT-X-CONTENT-STEERING:SERVER-URI="s",PATHWAY-ID="."\n${variant()}`,
    3,
  ),
  "bad-pathway-id": multi(variant(',PATHWAY-ID="a b"'), variant(',PATHWAY-ID="a-b"'), 3),
};

function find(text: string) {
  const playlist = parsePlaylist(text);
  if (playlist.kind === "failure") throw new Error(`${playlist.reason}: ${playlist.detail}`);
  return decideFindings(playlist);
}

const table = Object.entries(rows).map(([rule, row]) => ({ rule: rule as RuleName, ...row }));

describe("rules", () => {
  test.each(table)("$rule", ({ rule, bad, line: at, good }) => {
    const findings = find(bad).filter((finding) => finding.rule === rule);
    expect(findings).toMatchObject([{ rule, line: at, severity: rules[rule].severity }]);
    expect(find(good).map((finding) => finding.rule)).not.toContain(rule);
  });
});

test("findings come in line order and end at the limit", () => {
  const text = head + "#EXTINF:60,\na.ts\n".repeat(findingsMax + 50) + end;
  const findings = find(text);
  expect(findings.length).toBe(findingsMax);
  const lines = findings.map((finding) => finding.line);
  expect(lines).toEqual([...lines].sort((a, b) => a - b));
});

test("a line of a million blanks is looked at once", () => {
  const text = `${top}${variant("", `${" ".repeat(1 << 20)}v.m3u8`)}`;
  const limits = { ...defaultPlaylistLimits, lineCharsMax: 1 << 21 };
  const playlist = parsePlaylist(text, limits);
  if (playlist.kind === "failure") throw new Error(playlist.detail);
  expect(decideFindings(playlist)).toEqual([]);
});

test("a good live playlist with parts has no finding", () => {
  const text = `${head}${control("CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=3,CAN-SKIP-UNTIL=36")}
#EXT-X-PART-INF:PART-TARGET=1
${live(6)}${part(1, ",INDEPENDENT=YES")}${part(1)}#EXT-X-PRELOAD-HINT:TYPE=PART,URI="q"
#EXT-X-RENDITION-REPORT:URI="../b/index.m3u8",LAST-MSN=14,LAST-PART=1
`;
  expect(find(text)).toEqual([]);
});
