// Playlists and references as fast-check draws them for codec.test.ts: lines that packagers write,
// lines that nobody should write, and references of every shape, often several with one folder,
// because the codec remembers folders.

import fc from "fast-check";

const names = ["a.ts", "seg-0001.m4s", "%41.ts", "é.ts", "x y.ts", "@a.ts", "~b.ts", "10:00.ts"];
const odds = ["", ".", "..", "a%2fb", "a%zz", ".hidden", "n?q=/x&y=%7a", "n#f", "n?{$v}", "a,b"];
const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...names) },
  fc.constantFrom(...odds),
);

const folders = [
  "",
  "s/",
  "../",
  "../v720/",
  "../../",
  "./",
  "/live/v720/",
  "/live/",
  "/other/",
  "//origin.example/live/",
  "https://origin.example/live/v720/",
  "https://origin.example/live/v360/",
  "HTTPS://origin.example:443/live/v720/",
  "https://cdn2.example/media/x/",
  "https://ads.example/p/",
  "https://origin.example/live/%76720/",
  "@t1/",
  "data:text/plain,",
];

const steps = fc.constantFrom(
  ".",
  "..",
  "%2e",
  ".%2E",
  "a",
  "%61",
  "é",
  "a+b;c",
  "v720",
  "@t1",
  "",
);
const path = fc.array(steps, { maxLength: 3 }).map((drawn) => {
  return drawn.map((step) => `${step}/`).join("");
});

/** A reference; mostly drawn so that several of one playlist share their folder. */
export const reference = fc
  .oneof(
    fc.tuple(fc.constantFrom(...folders), fc.constant(""), name),
    fc.tuple(fc.constantFrom(...folders), path, name),
    fc.tuple(
      fc.constantFrom(...folders),
      path,
      fc.webPath().map((drawn) => drawn.slice(1)),
    ),
  )
  .map((pieces) => pieces.join(""));

const letters = fc.string({ unit: "grapheme", maxLength: 12 });
const lineBreak = fc.constantFrom("\n", "\n", "\n", "\r\n");

const tag = fc.oneof(
  fc.constantFrom(
    "#EXT-X-DISCONTINUITY",
    "#EXT-X-GAP",
    "#EXT-X-ENDLIST",
    "#EXT-X-MEDIA-SEQUENCE:7",
    "#EXT-X-PROGRAM-DATE-TIME:2026-11-20T10:00:00.000Z",
    "#EXT-X-PART-INF:PART-TARGET=1.0",
    "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=3.0",
    "#EXTINF",
    "# a comment",
    "",
    " \t",
  ),
  reference.map((uri) => `#EXT-X-MAP:URI="${uri}",BYTERANGE="7@0"`),
  reference.map((uri) => `#EXT-X-KEY:METHOD=AES-128,URI="${uri}"`),
  reference.map((uri) => `#EXT-X-PART:DURATION=1.00000,URI="${uri}"`),
  reference.map((uri) => `#EXT-X-PART:DURATION=0.5,URI="${uri}",INDEPENDENT=YES`),
  reference.map((uri) => `#EXT-X-PART:INDEPENDENT=YES,URI="${uri}",DURATION=1`),
  reference.map((uri) => `#EXT-X-RENDITION-REPORT:URI="${uri}",LAST-MSN=3,LAST-PART=1`),
  reference.map((uri) => `#EXT-X-NEW:A="1,2",URI="${uri}"`),
  letters.map((text) => `#EXT-X-NEW:${text.replace(/[\r\n]/g, "")}`),
);
const duration = fc.constantFrom("6.006000", "6", "5.5", " 4.0 ", "0.12345678901234567");
const segment = fc
  .tuple(duration, letters, lineBreak, reference)
  .map(([seconds, title, end, uri]) => {
    return `#EXTINF:${seconds},${title.replace(/[\r\n]/g, "")}${end}${uri === "" ? "x" : uri}`;
  });

/** The text of a media playlist that is nearly always accepted. */
export const mediaText = fc
  .tuple(
    fc.array(fc.tuple(fc.oneof(segment, segment, tag), lineBreak), { maxLength: 20 }),
    lineBreak,
    fc.boolean(),
  )
  .map(([lines, end, hasLastBreak]) => {
    const head = `#EXTM3U${end}#EXT-X-TARGETDURATION:6${end}`;
    const text = head + lines.map(([line, lineEnd]) => line + lineEnd).join("");
    return hasLastBreak ? text : text.trimEnd();
  });

/** Any text, often one that begins like a playlist. */
export const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: "binary", maxLength: 300 }).map((text) => `#EXTM3U\n${text}`),
  fc.array(fc.oneof(tag, segment, letters), { maxLength: 15 }).map((lines) => {
    return `#EXTM3U\n${lines.join("\n")}`;
  }),
  mediaText,
);
