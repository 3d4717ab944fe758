// What reloads of one playlist weigh on the wire, headers and compressed body: once whole, then as
// a player with delta updates goes on: the next number with `_HLS_msn`, and `_HLS_skip=YES`. Each
// delta must build on what came before, as in RFC 8216bis-22 section 6.3.7.

import { readAnswerText, Wire, type WireAnswer } from "../kit/players/wire.ts";

export interface ReloadBytes {
  /** Head, empty line and body. */
  readonly bytes: number;
  /** Segments that the playlist stands for, skipped ones included. */
  readonly segmentCount: number;
}

export interface Reloads {
  readonly whole: ReloadBytes;
  readonly deltas: readonly ReloadBytes[];
}

const TIMEOUT_MS = 30_000;
const HEADERS = "accept: */*\r\naccept-encoding: gzip\r\nuser-agent: player\r\n";

/** Throws where an answer is no playlist, or a reload no delta. */
export async function readReloads(url: string, path: string, count: number): Promise<Reloads> {
  const wire = new Wire(url, TIMEOUT_MS);
  try {
    let newest = toReload(await read(wire, path));
    const whole = newest;
    const deltas: ReloadBytes[] = [];
    for (let reloads = 0; reloads < count; reloads += 1) {
      const query = `?_HLS_msn=${newest.lastMsn + 1}&_HLS_skip=YES`;
      const delta = toReload(await read(wire, path + query));
      if (delta.skippedCount === 0) throw new Error("The edge answered with a whole playlist.");
      if (delta.firstMsn + delta.skippedCount > newest.lastMsn + 1) {
        throw new Error("A delta left out what its reader does not have.");
      }
      deltas.push(delta);
      newest = delta;
    }
    return { whole, deltas };
  } finally {
    wire.close();
  }
}

function read(wire: Wire, path: string): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    wire.get(path, HEADERS, (result) => {
      if ("head" in result && result.status === 200) resolve(result);
      else reject(new Error(`${path}: ${"error" in result ? result.error : result.status}`));
    });
  });
}

function toReload(answer: WireAnswer) {
  const text = readAnswerText(answer) ?? "";
  const firstMsn = Number(/^#EXT-X-MEDIA-SEQUENCE:(\d+)/m.exec(text)?.[1]);
  const skippedCount = Number(/^#EXT-X-SKIP:SKIPPED-SEGMENTS=(\d+)/m.exec(text)?.[1] ?? 0);
  const listedCount = text.match(/^#EXTINF:/gm)?.length ?? 0;
  const segmentCount = skippedCount + listedCount;
  if (Number.isNaN(firstMsn) || listedCount === 0) throw new Error("This is no media playlist.");
  return {
    bytes: answer.head.length + 4 + answer.body.byteLength,
    segmentCount,
    skippedCount,
    firstMsn,
    lastMsn: firstMsn + segmentCount - 1,
  };
}
