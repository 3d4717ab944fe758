// Valid playlists by chance, for the differential tests: every combination of what the four readers
// can say, in the spellings that packagers use. Valid means that no reader has an excuse: durations
// within the target, offsets where one is needed, groups that exist.

import fc from "fast-check";

const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,7}$/);
const folder = fc.constantFrom("", "", "seg/", "../v2/", "a/b/", "/live/v1/");
const host = fc.constantFrom(
  "",
  "",
  "",
  "https://origin.example/live/v1/",
  "https://cdn2.example/m/",
);
const query = fc.constantFrom("", "", "?k=1", "?a=b%2Fc&d", "?x=1,2");

/** A URI that no two readers spell differently. */
function uri(extension: string): fc.Arbitrary<string> {
  return fc
    .tuple(host, folder, name, fc.nat(9999), query)
    .map(([root, path, stem, number, tail]) => {
      const place = root === "" ? path : "";
      return `${root}${place}${stem}${number}.${extension}${tail}`;
    });
}

function duration(maximum: number): fc.Arbitrary<string> {
  return fc
    .tuple(fc.integer({ min: 1, max: maximum * 1000 }), fc.constantFrom(0, 1, 3, 5))
    .map(([millis, decimals]) => {
      const text = (millis / 1000).toFixed(decimals);
      return Number(text) === 0 ? "0.5" : text;
    });
}

interface Range {
  readonly length: number;
  readonly offset: number | null;
}

const key = fc.oneof(
  fc.constant("#EXT-X-KEY:METHOD=NONE"),
  fc.tuple(uri("key"), fc.boolean(), fc.nat()).map(([text, withIv, number]) => {
    const iv = withIv ? `,IV=0x${number.toString(16).padStart(32, "0")}` : "";
    return `#EXT-X-KEY:METHOD=AES-128,URI="${text}"${iv}`;
  }),
  name.map((id) => {
    const format = 'KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"';
    return `#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://${id}",${format}`;
  }),
);

const range: fc.Arbitrary<Range> = fc.record({
  length: fc.integer({ min: 1, max: 5_000_000 }),
  offset: fc.option(fc.integer({ min: 0, max: 2 ** 40 }), { nil: null }),
});

interface Segment {
  readonly uri: string;
  readonly duration: string;
  readonly title: string;
  readonly cut: boolean;
  readonly gap: boolean;
  readonly date: number | null;
  readonly key: string | null;
  readonly map: string | null;
  readonly range: Range | null;
  readonly noise: string | null;
  readonly rangeFirst: boolean;
}

const noise = fc.constantFrom(
  "# a comment",
  "#EXT-X-ACME:1",
  "",
  "#EXT-X-BITRATE:800",
  '#EXT-X-ACME-THUMB:URI="t.jpg"',
);

function segment(target: number): fc.Arbitrary<Segment> {
  const rarely = { nil: null, freq: 5 };
  return fc.record({
    uri: uri("ts"),
    duration: duration(target),
    title: fc.constantFrom("", "", "title", 'a, "b" = c', "#1"),
    cut: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    gap: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    date: fc.option(fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }), rarely),
    key: fc.option(key, rarely),
    map: fc.option(uri("mp4"), rarely),
    range: fc.option(range, rarely),
    noise: fc.option(noise, rarely),
    rangeFirst: fc.boolean(),
  });
}

function printSegment(one: Segment, before: Segment | undefined): readonly string[] {
  const lines: string[] = [];
  // An implicit offset needs a range of the same resource right before it (bis-22 section 4.4.4.2).
  const goesOn = one.range?.offset === null && before !== undefined && before.range !== null;
  const target = goesOn && before !== undefined ? before.uri : one.uri;
  const offset = goesOn ? "" : `@${one.range?.offset ?? 0}`;
  const byteRange = one.range === null ? [] : [`#EXT-X-BYTERANGE:${one.range.length}${offset}`];
  if (one.cut) lines.push("#EXT-X-DISCONTINUITY");
  if (one.key !== null) lines.push(one.key);
  if (one.map !== null) lines.push(`#EXT-X-MAP:URI="${one.map}"`);
  if (one.date !== null) {
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(one.date).toISOString()}`);
  }
  if (one.gap) lines.push("#EXT-X-GAP");
  if (one.noise !== null) lines.push(one.noise);
  if (one.rangeFirst) lines.push(...byteRange);
  lines.push(`#EXTINF:${one.duration},${one.title}`);
  if (!one.rangeFirst) lines.push(...byteRange);
  return [...lines, target];
}

/** Each segment's URI as it is printed: one that goes on takes the URI of the one before it. */
function printSegments(segments: readonly Segment[]): readonly string[] {
  const lines: string[] = [];
  let before: Segment | undefined;
  for (const one of segments) {
    const printed = printSegment(one, before);
    lines.push(...printed);
    before = { ...one, uri: printed.at(-1) ?? one.uri };
  }
  return lines;
}

const parts = fc.record({
  groups: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
  open: fc.integer({ min: 0, max: 4 }),
  ranged: fc.boolean(),
  stem: name,
});

function printParts(
  count: number,
  number: number,
  style: { readonly ranged: boolean; readonly stem: string },
): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const target = style.ranged
      ? `${style.stem}${number}.m4s`
      : `${style.stem}${number}.${index}.m4s`;
    const byteRange = style.ranged ? `,BYTERANGE="1000@${index * 1000}"` : "";
    const first = index === 0 ? ",INDEPENDENT=YES" : "";
    return `#EXT-X-PART:DURATION=0.5,URI="${target}"${byteRange}${first}`;
  });
}

const lineEnds = fc.record({ lineBreak: fc.constantFrom("\n", "\n", "\r\n"), final: fc.boolean() });

function printLines(
  lines: readonly string[],
  { lineBreak, final }: { readonly lineBreak: string; readonly final: boolean },
): string {
  return lines.join(lineBreak) + (final ? lineBreak : "");
}

export const mediaText: fc.Arbitrary<string> = fc
  .integer({ min: 1, max: 12 })
  .chain((target) => {
    return fc.record({
      target: fc.constant(target),
      sequence: fc.option(fc.nat(2 ** 31), { nil: null }),
      cutSequence: fc.option(fc.nat(9999), { nil: null }),
      segments: fc.array(segment(target), { minLength: 1, maxLength: 12 }),
      parts: fc.option(parts, { nil: null, freq: 3 }),
      type: fc.constantFrom(null, null, "VOD", "EVENT"),
      independent: fc.boolean(),
      ends: lineEnds,
    });
  })
  .map((list) => {
    const lines = ["#EXTM3U", "#EXT-X-VERSION:9", `#EXT-X-TARGETDURATION:${list.target}`];
    if (list.sequence !== null) lines.push(`#EXT-X-MEDIA-SEQUENCE:${list.sequence}`);
    if (list.cutSequence !== null) lines.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${list.cutSequence}`);
    if (list.independent) lines.push("#EXT-X-INDEPENDENT-SEGMENTS");
    const { parts: style } = list;
    if (style === null && list.type !== null) lines.push(`#EXT-X-PLAYLIST-TYPE:${list.type}`);
    if (style !== null) {
      lines.push("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.5");
      lines.push("#EXT-X-PART-INF:PART-TARGET=0.5");
    }
    lines.push(...printSegments(list.segments));
    if (style !== null) {
      for (const [index, count] of style.groups.entries()) {
        lines.push(...printParts(count, index, style));
        lines.push(`#EXTINF:${Math.min(count * 0.5, list.target)},`);
        lines.push(`${style.stem}${index}.m4s`);
      }
      lines.push(...printParts(style.open, style.groups.length, style));
    } else if (list.type !== null) {
      lines.push("#EXT-X-ENDLIST");
    }
    return printLines(lines, list.ends);
  });

const codecs = fc.constantFrom(
  "avc1.64001f,mp4a.40.2",
  "hvc1.2.4.L120.B0,ec-3",
  "av01.0.05M.08,Opus",
  "mp4a.40.2",
);

export const multivariantText: fc.Arbitrary<string> = fc
  .record({
    languages: fc.uniqueArray(fc.constantFrom("en", "de", "fr", "ja"), { maxLength: 4 }),
    groups: fc.uniqueArray(name, { maxLength: 3 }),
    variants: fc.array(
      fc.record({
        uri: uri("m3u8"),
        bandwidth: fc.integer({ min: 1, max: 50_000_000 }),
        codecs,
        size: fc.option(
          fc.tuple(fc.integer({ min: 16, max: 8192 }), fc.integer({ min: 16, max: 4320 })),
          {
            nil: null,
          },
        ),
        rate: fc.constantFrom("", ",FRAME-RATE=25.000", ",FRAME-RATE=59.940"),
        group: fc.nat(),
        comment: fc.boolean(),
      }),
      { minLength: 1, maxLength: 10 },
    ),
    iframes: fc.array(uri("m3u8"), { maxLength: 2 }),
    ends: lineEnds,
  })
  .map((list) => {
    const lines = ["#EXTM3U", "#EXT-X-VERSION:6"];
    const groups = list.languages.length === 0 ? [] : list.groups;
    for (const group of groups) {
      for (const [index, language] of list.languages.entries()) {
        const isDefault = index === 0 ? "YES" : "NO";
        const target = `${group}/${language}.m3u8`;
        const more = `DEFAULT=${isDefault},AUTOSELECT=YES,URI="${target}"`;
        lines.push(
          `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="${group}",NAME="${language}",LANGUAGE="${language}",${more}`,
        );
      }
    }
    for (const one of list.variants) {
      const size = one.size === null ? "" : `,RESOLUTION=${one.size.join("x")}`;
      const group = groups[one.group % Math.max(1, groups.length)];
      const audio = group === undefined ? "" : `,AUDIO="${group}"`;
      lines.push(
        `#EXT-X-STREAM-INF:BANDWIDTH=${one.bandwidth},CODECS="${one.codecs}"${size}${one.rate}${audio}`,
      );
      if (one.comment) lines.push("# a comment");
      lines.push(one.uri);
    }
    for (const target of list.iframes) {
      lines.push(`#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,CODECS="avc1.64001f",URI="${target}"`);
    }
    return printLines(lines, list.ends);
  });

export const playlistText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: mediaText },
  { weight: 1, arbitrary: multivariantText },
);
