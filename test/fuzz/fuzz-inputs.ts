// Chance with a seed, and the mutations that turn playlists of the corpus into what no packager
// should ever write. Half of the mutations keep the line structure, because an input that is
// refused at its first line teaches little.

export interface Chance {
  /** A whole number in [0, below). */
  readonly under: (below: number) => number;
  readonly pick: <T>(list: readonly T[]) => T;
}

/** A small generator (mulberry32), seeded by run and input. */
export function makeChance(seed: number, index: number): Chance {
  let state = (Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const under = (below: number) => Math.floor(next() * below);
  return {
    under,
    pick: (list) => {
      const found = list[under(list.length)];
      if (found === undefined) throw new Error("Nothing to pick from.");
      return found;
    },
  };
}

/** Pieces that readers stumble over. */
const pieces: readonly string[] = [
  "\n",
  "\r",
  "\r\n",
  "\0",
  "\t",
  " ",
  '"',
  ",",
  ":",
  "=",
  "#",
  "@",
  "~",
  "%",
  "/",
  "\\",
  "?",
  "-",
  "{$",
  "}",
  "{$a}",
  "0x",
  ".",
  "..",
  "../",
  "//",
  "%2e%2e",
  "%zz",
  "%00",
  "\u00a0",
  "\ufeff",
  "\ud800",
  "\udfff",
  "é",
  "🎬",
  "\u2028",
  "\u0085",
  "\v",
  "NaN",
  "1e9",
  "-1",
  "0",
  "007",
  "9007199254740991",
  "9007199254740992",
  "18446744073709551615",
  "99999999999999999999999",
  "0.00000000000000000000001",
  "1".repeat(400),
  // What is tried in pairs takes noticeably long for so many.
  " ".repeat(20_000),
  "#EXTM3U",
  "#EXTINF:",
  "#EXTINF:6,\n",
  "#EXT",
  "#EXT-X-",
  "#EXT-X-ENDLIST\n",
  "#EXT-X-DISCONTINUITY\n",
  "#EXT-X-GAP\n",
  "#EXT-X-VERSION:7\n",
  "#EXT-X-TARGETDURATION:6\n",
  "#EXT-X-MEDIA-SEQUENCE:5\n",
  "#EXT-X-KEY:METHOD=NONE\n",
  "#EXT-X-STREAM-INF:BANDWIDTH=1\n",
  '#EXT-X-MAP:URI="i.mp4"\n',
  "#EXT-X-BYTERANGE:5\n",
  '#EXT-X-DEFINE:NAME="a",VALUE="b/c"\n',
  '#EXT-X-PART:DURATION=1,URI="p"\n',
  "#EXT-X-SKIP:SKIPPED-SEGMENTS=2\n",
  "#EXT-X-PROGRAM-DATE-TIME:9999-12-31T23:59:59Z\n",
  "#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=12\n",
  '#EXT-X-DATERANGE:ID="x",START-DATE="2026-01-01T00:00:00Z"\n',
  "#EXT-X-I-FRAMES-ONLY\n",
  "https://origin.example/live/",
  "https://",
  "data:,",
  "skd://",
  "GAP=YES",
  'URI="',
  "METHOD=NONE",
];

type Mutation = (text: string, chance: Chance, seeds: readonly string[]) => string;

function splitLines(text: string): string[] {
  return text.split(/(?<=\n)/);
}

function at(text: string, chance: Chance): number {
  return chance.under(text.length + 1);
}

function replaceSpan(text: string, start: number, length: number, by: string): string {
  return text.slice(0, start) + by + text.slice(start + length);
}

const mutations: readonly Mutation[] = [
  // Letters.
  (text, chance) => replaceSpan(text, at(text, chance), 0, chance.pick(pieces)),
  (text, chance) => replaceSpan(text, at(text, chance), 1 + chance.under(8), ""),
  (text, chance) => replaceSpan(text, at(text, chance), 1 + chance.under(4), chance.pick(pieces)),
  (text, chance) => {
    const start = at(text, chance);
    return replaceSpan(
      text,
      start,
      1,
      String.fromCharCode(text.charCodeAt(start) ^ (1 << chance.under(7))),
    );
  },
  (text, chance) => text.slice(0, at(text, chance)),
  (text, chance) => {
    const start = at(text, chance);
    return replaceSpan(text, start, 0, text.slice(start, start + 1 + chance.under(20)));
  },
  // Lines.
  (text, chance) => {
    const lines = splitLines(text);
    lines.splice(chance.under(lines.length), 1);
    return lines.join("");
  },
  (text, chance) => {
    const lines = splitLines(text);
    lines.splice(chance.under(lines.length), 0, chance.pick(lines));
    return lines.join("");
  },
  (text, chance) => {
    const lines = splitLines(text);
    const from = chance.under(lines.length);
    lines.splice(chance.under(lines.length), 0, ...lines.splice(from, 1 + chance.under(3)));
    return lines.join("");
  },
  (text, chance, seeds) => {
    const lines = splitLines(text);
    lines.splice(1 + chance.under(lines.length), 0, chance.pick(splitLines(chance.pick(seeds))));
    return lines.join("");
  },
  (text, chance, seeds) => text + chance.pick(seeds).replace(/^#EXTM3U.*\n/, ""),
  (text, chance) => {
    const lines = splitLines(text);
    const line = chance.pick(lines);
    lines.splice(chance.under(lines.length), 0, ...Array<string>(1 + chance.under(30)).fill(line));
    return lines.join("");
  },
  // Values.
  (text, chance) => {
    const numbers = [...text.matchAll(/\d+(?:\.\d+)?/g)];
    if (numbers.length === 0) return text;
    const found = chance.pick(numbers);
    const by = chance.pick([
      "0",
      "1",
      "-1",
      "",
      "1e5",
      "4294967296",
      "9007199254740993",
      "0.5",
      "3.",
      "99999",
    ]);
    return replaceSpan(text, found.index, found[0].length, by);
  },
  (text, chance) => {
    const pairs = [...text.matchAll(/[A-Z0-9-]+=(?:"[^"\n]*"|[^,\n]*)/g)];
    if (pairs.length === 0) return text;
    const found = chance.pick(pairs);
    const by = chance.pick([
      "",
      chance.pick(pairs)[0],
      `${found[0]},${found[0]}`,
      found[0].replaceAll('"', ""),
    ]);
    return replaceSpan(text, found.index, found[0].length, by);
  },
  (text) => text.replaceAll("\r\n", "\n").replaceAll("\n", "\r\n"),
];

/** An input: a playlist of the corpus after one to six mutations, most often after one or two. */
export function makeInput(seeds: readonly string[], chance: Chance): string {
  let text = chance.pick(seeds);
  // The long ones are worth little more than the short ones and cost a hundred times as much.
  if (text.length > 4096 && chance.under(20) !== 0) text = chance.pick(seeds);
  const count = 1 + chance.under(1 + chance.under(6));
  for (let done = 0; done < count; done += 1) text = chance.pick(mutations)(text, chance, seeds);
  return text;
}
