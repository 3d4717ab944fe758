// AES-128 media of two encoders, each encrypted under the sequence numbers of its own origin,
// joined by the continuity ledger into one playlist: ffmpeg decrypts and decodes all of it, and
// what it decodes is frame by frame what the two encoders drew. The numbers of the joined playlist
// are not those of the second origin, so without the IVs that the ledger writes nothing behind the
// cut could be decrypted; the second test takes them away and sees that it cannot.

import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applyLedgerEvent } from "../../workers/core/continuity/apply-event.ts";
import type { LedgerEvent } from "../../workers/core/continuity/event.ts";
import { toLedger } from "../../workers/core/continuity/ledger.ts";
import { printCanonical } from "../../workers/core/continuity/print-canonical.ts";
import { parsePlaylist } from "../../workers/core/hls/parse-playlist.ts";
import type { EncryptedOrigin } from "./kit/encrypted-origin.ts";
import {
  encodeOrigin,
  framesPerSegment,
  printPlaylist,
  segmentSeconds,
} from "./kit/encrypted-origin.ts";
import { makeScratch } from "./kit/scratch.ts";

const run = promisify(execFile);
const path = "v/index.m3u8";
const segmentCount = 8;
/** So many segments come from the first origin before it dies. */
const cutAfter = 4;

const scratch = makeScratch();
let east: EncryptedOrigin;
let west: EncryptedOrigin;
let canonical: string;
let server: Server;
/** What the loopback server says under /demo/, by path. */
const served = new Map<string, Buffer | string>();

beforeAll(async () => {
  east = await encodeOrigin(scratch.path, "east", "testsrc", 100, segmentCount);
  west = await encodeOrigin(scratch.path, "west", "testsrc2", 90_000, segmentCount);
  canonical = joinByLedger();
  for (const [name, bytes] of east.files) served.set(name, bytes);
  for (const [name, bytes] of west.files) served.set(`@t1/${name}`, bytes);
  server = createServer((request, response) => {
    const found = served.get((request.url ?? "").replace("/demo/", ""));
    response.statusCode = found === undefined ? 404 : 200;
    response.end(found);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
});

/** East feeds the channel until it dies; west has been watched and takes over. */
function joinByLedger(): string {
  let ledger = toLedger({
    channel: "demo",
    origins: ["east", "west"],
    replicas: "auto",
    assembleParts: true,
  });
  let nowMs = Date.UTC(2026, 10, 20, 10);
  const apply = (event: LedgerEvent) => {
    ledger = applyLedgerEvent(ledger, event, nowMs).ledger;
  };
  const tell = (origin: EncryptedOrigin, count: number) => {
    const playlist = parsePlaylist(printPlaylist(origin, count, count === segmentCount));
    if (playlist.kind !== "media") throw new Error("Not a media playlist.");
    const prefixUrl = `https://${origin.id}.example/live/`;
    const place = {
      channel: "demo",
      playlistUrl: prefixUrl + path,
      prefixUrl,
      beyondPrefix: false,
      hosts: [],
      unknownHosts: "keep" as const,
      query: "",
    };
    apply({ kind: "playlist", origin: origin.id, path, playlist, place });
  };
  for (let count = 1; count <= segmentCount; count += 1) {
    nowMs += segmentSeconds * 1000;
    if (count <= cutAfter) tell(east, count);
    tell(west, count);
    if (count === cutAfter + 1) apply({ kind: "choose", origin: "west", cause: "failure" });
    apply({ kind: "tick" });
  }
  for (let second = 0; second < 10; second += 1) {
    nowMs += 1000;
    apply({ kind: "tick" });
  }
  const text = printCanonical(ledger, path);
  if (text === null) throw new Error("The ledger has no playlist.");
  return text;
}

interface Decoded {
  readonly frames: readonly string[];
  readonly complaints: readonly string[];
}

/** ffmpeg reads the second init section into the first one's demuxer and says so. */
const harmless = /duplicated MOOV|^\s*$/;

/** One hash per decoded frame. */
async function decode(input: string): Promise<Decoded> {
  const words = ["-nostdin", "-v", "warning", "-i", input];
  const output = ["-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"];
  const { stdout, stderr } = await run("ffmpeg", [...words, ...output], { timeout: 60_000 });
  const rows = stdout.split("\n").filter((line) => /^0,/.test(line));
  const frames = rows.map((row) => row.split(",").at(-1)?.trim() ?? "");
  return { frames, complaints: stderr.split("\n").filter((line) => !harmless.test(line)) };
}

async function decodePlain(origin: EncryptedOrigin, from: number, to: number) {
  const bytes = Buffer.concat([origin.init, ...origin.plain.slice(from, to)]);
  return decode(await scratch.write(`${origin.id}-plain.mp4`, bytes));
}

function toUrl(playlist: string): string {
  served.set(path, playlist);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/demo/${path}`;
}

test("the second origin's numbers are not the playlist's", () => {
  expect(canonical).toContain("#EXT-X-MEDIA-SEQUENCE:100\n");
  expect(canonical.split("#EXT-X-DISCONTINUITY\n")).toHaveLength(2);
  expect(canonical).toContain(`../@t1/v/${west.msnBase + cutAfter}.m4s\n`);
  expect(canonical.endsWith("#EXT-X-ENDLIST\n")).toBe(true);
});

test("ffmpeg decrypts and decodes every frame of both origins without a complaint", async () => {
  const before = await decodePlain(east, 0, cutAfter);
  const after = await decodePlain(west, cutAfter, segmentCount);
  const read = await decode(toUrl(canonical));
  expect(read.frames).toHaveLength(segmentCount * framesPerSegment);
  expect(read.frames).toEqual([...before.frames, ...after.frames]);
  expect(read.complaints).toEqual([]);
});

test("without the IVs that the ledger writes nothing behind the cut can be decoded", async () => {
  const bare = canonical.replace(/,IV=0x[0-9a-fA-F]+/g, "");
  expect(bare).not.toBe(canonical);
  const read = await decode(toUrl(bare));
  expect(read.frames).toHaveLength(cutAfter * framesPerSegment);
});
