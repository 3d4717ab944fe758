// Reads what the ledger tells viewers, as far as the judges need it, and nothing through the code
// that is judged. A block that was read before and stands there letter by letter is not read again:
// a window of eight segments costs one new block, which is what makes 100,000 histories feasible.

export interface CanonicalRange {
  readonly lengthBytes: number;
  readonly offsetBytes: number;
}

export interface CanonicalBlock {
  readonly msn: number;
  /** The whole block as it stands. */
  readonly text: string;
  /** The same without parts and date ranges, which may come and go. */
  readonly core: string;
  /** The first block of a window repeats what earlier blocks said. */
  readonly isFirst: boolean;
  readonly uri: string;
  readonly title: string;
  readonly seconds: number;
  readonly discontinuity: boolean;
  readonly gap: boolean;
  /** Discontinuities up to and including this block. */
  readonly cut: number;
  /** Stated here, or the last stated date plus what lies between; null if unknown. */
  readonly dateMs: number | null;
  readonly isDated: boolean;
  /** Attribute lists in effect; "" if none. */
  readonly map: string;
  readonly key: string;
  /** The key in effect where the map was named. */
  readonly mapKey: string;
  readonly range: CanonicalRange | null;
  readonly parts: readonly string[];
}

export interface CanonicalPlaylist {
  readonly targetSeconds: number;
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
  readonly type: string;
  readonly ended: boolean;
  readonly blocks: readonly CanonicalBlock[];
  /** Number of the last discontinuity, which may stand in front of an open segment. */
  readonly lastCut: number;
  /** Parts, hints and reports behind the last segment. */
  readonly openParts: readonly string[];
  readonly hints: readonly string[];
  readonly reports: readonly string[];
  readonly dateRanges: readonly string[];
  /** Lines of the head, without the two sequence numbers. */
  readonly head: readonly string[];
}

interface Walk {
  discontinuity: boolean;
  gap: boolean;
  dateMs: number | null;
  rangeText: string;
  seconds: number;
  title: string;
  core: string;
  parts: string[];
}

const startOfWalk = (): Walk => ({
  discontinuity: false,
  gap: false,
  dateMs: null,
  rangeText: "",
  seconds: -1,
  title: "",
  core: "",
  parts: [],
});

const headTags =
  /^#(EXTM3U|EXT-X-(VERSION|TARGETDURATION|MEDIA-SEQUENCE|DISCONTINUITY-SEQUENCE|PLAYLIST-TYPE|INDEPENDENT-SEGMENTS|SERVER-CONTROL|PART-INF|START|DEFINE))\b/;

type Reading = { -readonly [Name in keyof CanonicalPlaylist]: CanonicalPlaylist[Name] } & {
  readonly blocks: CanonicalBlock[];
  readonly hints: string[];
  readonly reports: string[];
  readonly dateRanges: string[];
  readonly head: string[];
  key: string;
  map: string;
  mapKey: string;
  walk: Walk;
};

const startOfReading = (): Reading => ({
  targetSeconds: -1,
  mediaSequence: 0,
  discontinuitySequence: 0,
  type: "",
  ended: false,
  blocks: [],
  lastCut: 0,
  openParts: [],
  hints: [],
  reports: [],
  dateRanges: [],
  head: [],
  key: "",
  map: "",
  mapKey: "",
  walk: startOfWalk(),
});

/** Throws an Error that says what nobody could read. */
export function readCanonical(
  text: string,
  known: ReadonlyMap<number, CanonicalBlock>,
): CanonicalPlaylist {
  const reading = startOfReading();
  const { blocks } = reading;
  let blockStart = 0;
  let isHead = true;
  for (let at = 0; at < text.length; ) {
    const { walk } = reading;
    if (walk.core === "" && walk.parts.length === 0 && blocks.length > 0) {
      const same = known.get(reading.mediaSequence + blocks.length);
      if (same !== undefined && isSame(same, blocks, text, at)) {
        blocks.push(same);
        ({ key: reading.key, map: reading.map, mapKey: reading.mapKey } = same);
        at += same.text.length;
        blockStart = at;
        continue;
      }
    }
    const end = text.indexOf("\n", at);
    if (end === -1) throw new Error("The last line has no end.");
    const line = text.slice(at, end);
    at = end + 1;
    if (isHead && headTags.test(line)) {
      readHead(reading, line);
      blockStart = at;
      continue;
    }
    if (line.startsWith("#EXT-X-DATERANGE:")) reading.dateRanges.push(line.slice(17));
    else if (line.startsWith("#")) readLine(reading, line);
    else if (line !== "") {
      blocks.push(toBlock(reading, line, text.slice(blockStart, at)));
      reading.walk = startOfWalk();
      blockStart = at;
    }
    isHead = false;
  }
  const { walk, discontinuitySequence } = reading;
  const { cut } = blocks.at(-1) ?? { cut: discontinuitySequence };
  reading.lastCut = cut + (walk.discontinuity ? 1 : 0);
  reading.openParts = walk.parts;
  return reading;
}

function readHead(reading: Reading, line: string): void {
  const value = line.slice(line.indexOf(":") + 1);
  if (line.startsWith("#EXT-X-MEDIA-SEQUENCE:")) reading.mediaSequence = Number(value);
  else if (line.startsWith("#EXT-X-DISCONTINUITY-S")) reading.discontinuitySequence = Number(value);
  else reading.head.push(line);
  if (line.startsWith("#EXT-X-TARGETDURATION:")) reading.targetSeconds = Number(value);
  if (line.startsWith("#EXT-X-PLAYLIST-TYPE:")) reading.type = value;
}

function readLine(reading: Reading, line: string): void {
  const { walk } = reading;
  if (line.startsWith("#EXT-X-RENDITION-REPORT:")) reading.reports.push(line.slice(24));
  else if (line.startsWith("#EXT-X-PRELOAD-HINT:")) reading.hints.push(line.slice(20));
  else if (line === "#EXT-X-ENDLIST") reading.ended = true;
  else if (line.startsWith("#EXT-X-PART:")) walk.parts.push(line.slice(12));
  else if (line.startsWith("#EXT-X-KEY:")) {
    reading.key = line.includes("METHOD=NONE") ? "" : line.slice(11);
    walk.core = add(walk, line);
  } else if (line.startsWith("#EXT-X-MAP:")) {
    reading.map = line.slice(11);
    reading.mapKey = reading.key;
    walk.core = add(walk, line);
  } else readTag(walk, line);
}

/** True if the known block stands here and what is before it did not change its meaning. */
function isSame(
  known: CanonicalBlock,
  blocks: readonly CanonicalBlock[],
  text: string,
  at: number,
): boolean {
  if (known.isFirst || known.text.includes("#EXT-X-DATERANGE")) return false;
  const previous = blocks.at(-1) as CanonicalBlock;
  if (previous.cut + (known.discontinuity ? 1 : 0) !== known.cut) return false;
  if (!known.isDated && previous.dateMs !== null && known.dateMs !== null && !known.discontinuity) {
    if (Math.abs(previous.dateMs + previous.seconds * 1000 - known.dateMs) > 1) return false;
  }
  if (!known.core.includes("#EXT-X-KEY:") && previous.key !== known.key) return false;
  if (!known.core.includes("#EXT-X-MAP:") && previous.map !== known.map) return false;
  return text.startsWith(known.text, at);
}

function add(walk: Walk, line: string): string {
  return `${walk.core}${line}\n`;
}

function readTag(walk: Walk, line: string): void {
  walk.core = add(walk, line);
  if (line.startsWith("#EXTINF:")) {
    const comma = line.indexOf(",");
    walk.seconds = Number(line.slice(8, comma === -1 ? undefined : comma));
    walk.title = comma === -1 ? "" : line.slice(comma + 1);
  } else if (line === "#EXT-X-DISCONTINUITY") {
    if (walk.discontinuity) throw new Error("Two EXT-X-DISCONTINUITY before one segment.");
    walk.discontinuity = true;
  } else if (line === "#EXT-X-GAP") walk.gap = true;
  else if (line.startsWith("#EXT-X-PROGRAM-DATE-TIME:")) walk.dateMs = Date.parse(line.slice(25));
  else if (line.startsWith("#EXT-X-BYTERANGE:")) walk.rangeText = line.slice(17);
}

function toBlock(reading: Reading, uri: string, text: string): CanonicalBlock {
  const { mediaSequence, discontinuitySequence, blocks, key, map, mapKey, walk } = reading;
  const { discontinuity, gap, seconds, title, parts } = walk;
  const msn = mediaSequence + blocks.length;
  if (seconds < 0) throw new Error(`Segment ${msn} has no EXTINF.`);
  const previous = blocks.at(-1);
  const isDated = walk.dateMs !== null;
  const carried =
    previous === undefined || previous.dateMs === null || discontinuity
      ? null
      : previous.dateMs + previous.seconds * 1000;
  return {
    msn,
    text,
    core: `${walk.core}${uri}`,
    isFirst: previous === undefined,
    uri,
    title,
    seconds,
    discontinuity,
    gap,
    cut: (previous?.cut ?? discontinuitySequence) + (discontinuity ? 1 : 0),
    dateMs: walk.dateMs ?? carried,
    isDated,
    map,
    key,
    mapKey,
    range: toRange(walk.rangeText, uri, previous),
    parts,
  };
}

function toRange(
  text: string,
  uri: string,
  previous: CanonicalBlock | undefined,
): CanonicalRange | null {
  if (text === "") return null;
  const [length = "", offset] = text.split("@");
  if (offset !== undefined) return { lengthBytes: Number(length), offsetBytes: Number(offset) };
  if (previous?.range == null || previous.uri !== uri) {
    throw new Error(`BYTERANGE ${text} of ${uri} has nothing to continue.`);
  }
  const { lengthBytes, offsetBytes } = previous.range;
  return { lengthBytes: Number(length), offsetBytes: offsetBytes + lengthBytes };
}
