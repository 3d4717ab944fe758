// A range of a file that is too large to be kept whole: a film behind byte-range playlists. The
// file's first fill only learns its length and validator; from then on aligned pieces are filled
// and kept like files of their own (core/cache/pieces.ts), and a reply is read from them in order.

import { decideStanding } from "../core/cache/freshness.ts";
import type { CacheKey } from "../core/cache/key.ts";
import { type Piece, planPieces, toPieceKey } from "../core/cache/pieces.ts";
import { parseRange } from "../core/http/byte-range.ts";
import type { ViewerRequest } from "../core/http/request.ts";
import type { OriginProblem } from "../core/origin/outcome.ts";
import { planVersionHeaders } from "../core/respond/version-headers.ts";
import { makeChunkReader } from "../platform/chunk-reader.ts";
import { readClockMs } from "../platform/clock.ts";
import type { FillHead } from "./fill/fill-head.ts";
import { type FillRoad, joinFill } from "./fill/join-fill.ts";
import { makeOriginSource } from "./fill/origin-source.ts";
import { findStored, toFillKey, toFillRoad } from "./media-road.ts";
import type { Ports, Situation } from "./ports.ts";
import type { Served } from "./respond.ts";
import { toVersion } from "./to-version.ts";

/** Large files remembered by an isolate. */
const LARGE_COUNT_MAX = 1_000;
/** Longest silence within a piece; whoever fills it has given up long before. */
const SILENT_MS = 20_000;

/** What is known of a large file, if it is fresh. */
export function findLarge(key: CacheKey, ports: Ports): FillHead | null {
  const head = ports.isolate.largeFiles.get(toFillKey(key, ports)) ?? null;
  if (head === null || decideStanding(head.meta, readClockMs()) === "fresh") return head;
  ports.isolate.largeFiles.delete(toFillKey(key, ports));
  return null;
}

/** Remembers that a file is kept in pieces. */
export function noteLarge(key: CacheKey, head: FillHead, ports: Ports): void {
  const { largeFiles } = ports.isolate;
  largeFiles.set(toFillKey(key, ports), head);
  const oldest = largeFiles.keys().next();
  if (largeFiles.size > LARGE_COUNT_MAX && !oldest.done) largeFiles.delete(oldest.value);
}

/** Serves a large file, or a range of it. */
export async function serveLarge(
  situation: Situation,
  key: CacheKey,
  request: ViewerRequest,
  head: FillHead,
  ports: Ports,
): Promise<Served | OriginProblem> {
  const lengthBytes = head.meta.lengthBytes ?? 0;
  const asked = parseRange(request.headers.range, lengthBytes);
  const [first, last] = asked.kind === "slice" ? [asked.start, asked.end] : [0, lengthBytes - 1];
  const open = (from: number, to: number) => openPieces(situation, key, head, from, to, ports);
  // The first piece decides whether there is anything to serve, and how it is called.
  const isRead = request.method === "GET" && asked.kind !== "unsatisfiable";
  const opening = isRead ? await open(first, last) : null;
  if (opening?.kind === "problem") {
    // The file may have been replaced: the next request learns anew.
    ports.isolate.largeFiles.delete(toFillKey(key, ports));
    return opening;
  }
  const meta = toVersion(situation, head.meta, true);
  return {
    kind: "served",
    meta,
    prebuilt: planVersionHeaders(meta),
    phase: opening?.isHit === false ? FILLED : HIT,
    ttlReason: head.meta.ttlReason,
    originMs: null,
    take: async (body) => {
      const wanted = body.kind === "slice" ? body : { start: 0, end: lengthBytes - 1 };
      const isOpened = wanted.start === first && wanted.end === last;
      if (body.kind !== "slice" && body.kind !== "identity") {
        await opening?.stream.cancel();
        return null;
      }
      if (opening !== null && isOpened) return opening.stream;
      await opening?.stream.cancel();
      const other = await open(wanted.start, wanted.end);
      if (other.kind === "problem") throw new Error(other.detail);
      return other.stream;
    },
  };
}

const HIT = { kind: "hit", tier: "l1" } as const;
const FILLED = {
  kind: "fill",
  reason: "partial",
  originStatus: 206,
  stored: true,
  collapsed: false,
} as const;

interface OpenedPieces {
  readonly kind: "pieces";
  readonly isHit: boolean;
  readonly stream: ReadableStream<Uint8Array>;
}

/** A stream of bytes `first` to `last`, once the first of them can be had. */
async function openPieces(
  situation: Situation,
  key: CacheKey,
  whole: FillHead,
  first: number,
  last: number,
  ports: Ports,
): Promise<OpenedPieces | OriginProblem> {
  const pieces = planPieces(first, last, whole.meta.lengthBytes ?? 0);
  const openOne = (piece: Piece) => {
    const from = Math.max(first, piece.first) - piece.first;
    const to = Math.min(last, piece.last) - piece.first;
    return openPiece(situation, key, whole, piece, from, to, ports);
  };
  const [begin, ...rest] = pieces;
  if (begin === undefined) throw new Error("a range without pieces");
  const opened = await openOne(begin);
  if (opened.kind === "problem") return opened;
  const { readable, writable } = new FixedLengthStream(last - first + 1);
  copyPieces(opened.stream, rest, openOne, writable).catch(() => undefined);
  const stream = readable as ReadableStream<Uint8Array>;
  return { kind: "pieces", isHit: opened.isHit, stream };
}

async function copyPieces(
  begin: ReadableStream<Uint8Array>,
  rest: readonly Piece[],
  openOne: (piece: Piece) => Promise<OpenedPieces | OriginProblem>,
  writable: WritableStream<Uint8Array>,
): Promise<void> {
  const writer = writable.getWriter();
  let current = begin;
  try {
    for (const next of [...rest, null]) {
      const reader = makeChunkReader(current);
      for (let read = await reader.read(SILENT_MS); read.kind !== "end"; ) {
        if (read.kind !== "chunk") throw new Error("a piece broke off");
        await writer.write(read.bytes);
        read = await reader.read(SILENT_MS);
      }
      if (next === null) break;
      const opened = await openOne(next);
      if (opened.kind === "problem") throw new Error(opened.detail);
      current = opened.stream;
    }
    await writer.close();
  } catch (error) {
    await current.cancel().catch(() => undefined);
    await writer.abort(error).catch(() => undefined);
  }
}

/** Bytes `from` to `to` of one piece: from the cache, or along with its fill. */
async function openPiece(
  situation: Situation,
  key: CacheKey,
  whole: FillHead,
  piece: Piece,
  from: number,
  to: number,
  ports: Ports,
): Promise<OpenedPieces | OriginProblem> {
  const pieceKey = toPieceKey(key, whole.meta.etag ?? "", piece.index);
  const stored = await findStored(pieceKey, `bytes=${from}-${to}`, ports);
  if (stored?.standing === "fresh" && stored.file.isSlice && stored.file.body !== null) {
    return { kind: "pieces", isHit: true, stream: stored.file.body };
  }
  await stored?.file.body?.cancel();
  const road: FillRoad = {
    ...toFillRoad(situation, pieceKey, ports),
    makeSource: () =>
      makeOriginSource(situation, key, ports, {
        span: { first: piece.first, last: piece.last, whole },
      }),
  };
  const joined = await joinFill(road);
  if (joined?.kind === "joined") {
    return { kind: "pieces", isHit: false, stream: joined.read(from, to) };
  }
  if (joined?.kind === "problem") return joined;
  // Stored between the look and now, and gone from memory: look once more.
  const again = await findStored(pieceKey, `bytes=${from}-${to}`, ports);
  if (again?.file.isSlice !== true || again.file.body === null) throw new Error("a piece was lost");
  return { kind: "pieces", isHit: true, stream: again.file.body };
}
