// Histories of a live playlist as the ledger prints them: the window slides, segments and parts
// come, cuts, keys, init sections, dates, gaps, byte ranges and date ranges change on the way. What
// is in effect at the front of the window is said again there. One seed, one history.

import { makeChance } from "../kit/chance.ts";

interface Piece {
  readonly msn: number;
  readonly seconds: number;
  readonly dateMs: number;
  /** Changes that this segment brings; null where nothing changes. */
  readonly key: string | null;
  readonly map: string | null;
  readonly cut: boolean;
  readonly dated: boolean;
  readonly gap: boolean;
  readonly parts: number;
  readonly range: string | null;
}

/** Target duration of all histories; the boundary is six of it. */
const TARGET = 2;
const START_MS = Date.UTC(2026, 10, 20, 10);

/** The versions of one history, oldest first. */
export function toHistory(seed: number, versions: number): readonly string[] {
  const chance = makeChance(seed);
  const flags = {
    keys: chance() < 0.5,
    maps: chance() < 0.7,
    dates: chance(),
    ranges: chance() < 0.3,
    parts: chance() < 0.5,
    // Every origin restates its offset somewhere; the ledger does at the front of the window.
    dateRanges: chance() < 0.4,
  };
  const pieces: Piece[] = [];
  let dateMs = START_MS;
  const first = Math.floor(chance() * 1_000);
  const add = () => {
    const msn = first + pieces.length;
    const seconds = chance() < 0.8 ? TARGET : Math.round((0.2 + chance() * 1.8) * 1_000) / 1_000;
    const isFirst = pieces.length === 0;
    const cut = !isFirst && chance() < 0.08;
    if (cut) dateMs += Math.floor(chance() * 5_000);
    pieces.push({
      msn,
      seconds,
      dateMs,
      key: flags.keys && (isFirst || chance() < 0.15) ? toKey(msn, chance()) : null,
      map: flags.maps && (isFirst || cut || chance() < 0.05) ? `init${msn}.mp4` : null,
      cut,
      dated: isFirst || cut || chance() < flags.dates,
      gap: chance() < 0.03,
      parts: flags.parts ? 1 + Math.floor(chance() * 4) : 0,
      range: flags.ranges ? `${100 + Math.floor(chance() * 900)}@${msn * 1_000}` : null,
    });
    dateMs += Math.round(seconds * 1_000);
  };
  const count = 8 + Math.floor(chance() * 16);
  for (let index = 0; index < count; index++) add();
  let from = 0;
  const texts: string[] = [];
  while (texts.length < versions) {
    const open = Math.min(pieces.at(-1)?.parts ?? 0, Math.floor(chance() * 4));
    texts.push(printVersion(pieces, from, open, flags.dateRanges));
    const added = Math.floor(chance() * 4);
    for (let index = 0; index < added; index++) add();
    // The window never gets shorter than the skip boundary by sliding.
    from = Math.min(from + Math.floor(chance() * (added + 2)), Math.max(from, pieces.length - 8));
  }
  return texts;
}

function toKey(msn: number, chance: number): string {
  if (chance < 0.2) return "#EXT-X-KEY:METHOD=NONE";
  return `#EXT-X-KEY:METHOD=AES-128,URI="k${msn}",IV=0x${msn.toString(16).padStart(32, "0")}`;
}

/** The last piece is the one in the making, of which `open` parts are there. */
function printVersion(
  pieces: readonly Piece[],
  from: number,
  open: number,
  ranges: boolean,
): string {
  const whole = pieces.slice(0, -1);
  const next = pieces.at(-1) as Piece;
  const window = whole.slice(from);
  const gone = pieces.slice(0, from);
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:6",
    `#EXT-X-TARGETDURATION:${TARGET}`,
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=${6 * TARGET},PART-HOLD-BACK=1.5`,
    ...(next.parts > 0 ? ["#EXT-X-PART-INF:PART-TARGET=0.5"] : []),
    `#EXT-X-MEDIA-SEQUENCE:${window[0]?.msn}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${gone.filter(({ cut }) => cut).length}`,
  ];
  if (ranges) lines.push(...printDateRanges(window));
  for (const [index, piece] of window.entries()) {
    lines.push(...printTags(piece, index === 0 ? gone : null));
    const hasParts = from + index >= whole.length - 3;
    lines.push(...printParts(piece.msn, hasParts ? piece.parts : 0));
    if (piece.gap) lines.push("#EXT-X-GAP");
    lines.push(`#EXTINF:${piece.seconds.toFixed(3)},`);
    if (piece.range !== null) lines.push(`#EXT-X-BYTERANGE:${piece.range}`);
    lines.push(piece.range === null ? `s${piece.msn}.mp4` : "all.mp4");
  }
  if (next.parts > 0) {
    if (open > 0) lines.push(...printTags(next, null), ...printParts(next.msn, open));
    lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p${next.msn}.${open}.mp4"`);
    lines.push(`#EXT-X-RENDITION-REPORT:URI="../a.m3u8",LAST-MSN=${next.msn},LAST-PART=${open}`);
  }
  return `${lines.join("\n")}\n`;
}

/** What stands in front of a segment; `gone`: it is the window's first, and these have left. */
function printTags(piece: Piece, gone: readonly Piece[] | null): string[] {
  const key = piece.key ?? gone?.findLast((each) => each.key !== null)?.key ?? null;
  const map = piece.map ?? gone?.findLast((each) => each.map !== null)?.map ?? null;
  return [
    ...(piece.cut ? ["#EXT-X-DISCONTINUITY"] : []),
    ...(key === null ? [] : [key]),
    ...(map === null ? [] : [`#EXT-X-MAP:URI="${map}"`]),
    ...(piece.dated || gone !== null ? [printDate(piece.dateMs)] : []),
  ];
}

function printDate(dateMs: number): string {
  return `#EXT-X-PROGRAM-DATE-TIME:${new Date(dateMs).toISOString()}`;
}

function printParts(msn: number, count: number): string[] {
  return Array.from({ length: count }, (_, part) => {
    return `#EXT-X-PART:DURATION=0.5,URI="p${msn}.${part}.mp4"${part === 0 ? ",INDEPENDENT=YES" : ""}`;
  });
}

/** Every fifth segment's, as the ledger prints them: in the head, until their segments leave. */
function printDateRanges(window: readonly Piece[]): string[] {
  const marked = window.filter(({ msn }) => msn % 5 === 0);
  return marked.map(({ msn, dateMs }) => {
    return `#EXT-X-DATERANGE:ID="r${msn}",START-DATE="${new Date(dateMs).toISOString()}",DURATION=3`;
  });
}
