// An encoder whose segments are real and encrypted as most packagers do it: AES-128 with one key
// and no IV in the playlist, so that each segment's IV is its Media Sequence Number at this origin
// (RFC 8216bis 4.4.4.4). Its init section is clear, as it must be where no IV is stated. The plain
// bytes stay at hand, to say what a player should have decoded. Fragmented MP4, because a wrong IV
// spoils only the first 16 bytes, which an MPEG-TS can do without.

import { execFile } from "node:child_process";
import { createCipheriv, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
export const segmentSeconds = 2;
export const framesPerSegment = 50;
const startMs = Date.UTC(2026, 10, 20, 10);

export interface EncryptedOrigin {
  readonly id: string;
  /** Media Sequence Number of segment 0. */
  readonly msnBase: number;
  readonly init: Buffer;
  readonly plain: readonly Buffer[];
  /** What lies below the origin's prefix, by path. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** `source` is a picture that ffmpeg draws: another one at each origin, so no byte is the same. */
export async function encodeOrigin(
  scratch: string,
  id: string,
  source: string,
  msnBase: number,
  count: number,
): Promise<EncryptedOrigin> {
  const folder = join(scratch, id);
  await mkdir(folder);
  const seconds = count * segmentSeconds;
  const input = ["-f", "lavfi", "-i", `${source}=size=160x90:rate=25`, "-t", `${seconds}`];
  const codec = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "50"];
  const picture = ["-pix_fmt", "yuv420p"];
  const cuts = ["-keyint_min", "50", "-sc_threshold", "0", "-f", "hls", "-hls_list_size", "0"];
  const form = ["-hls_segment_type", "fmp4", "-hls_time", `${segmentSeconds}`];
  const names = ["-hls_fmp4_init_filename", "init.mp4", "-hls_segment_filename", "%03d.m4s"];
  const words = [
    "-nostdin",
    "-v",
    "error",
    ...input,
    ...codec,
    ...picture,
    ...cuts,
    ...form,
    ...names,
  ];
  await run("ffmpeg", [...words, "index.m3u8"], { cwd: folder });
  const init = await readFile(join(folder, "init.mp4"));
  const found = (await readdir(folder)).filter((name) => name.endsWith(".m4s")).sort();
  const whole = await Promise.all(found.map((name) => readFile(join(folder, name))));
  const plain = whole.map(toFragment);
  const key = randomBytes(16);
  const files = new Map<string, Buffer>([
    ["v/key.bin", key],
    ["v/init.mp4", init],
  ]);
  for (const [index, bytes] of plain.entries()) {
    files.set(`v/${msnBase + index}.m4s`, encrypt(bytes, key, msnBase + index));
  }
  return { id, msnBase, init, plain, files };
}

/**
 * The movie fragment behind an empty box: two sequence numbers differ in the last bytes of the IV,
 * and those spoil the last bytes of the first block, where the fragment's name has to stand.
 */
function toFragment(bytes: Buffer): Buffer {
  const empty = Buffer.from([0, 0, 0, 8, ...Buffer.from("free")]);
  return Buffer.concat([empty, bytes.subarray(bytes.indexOf("moof") - 4)]);
}

function encrypt(bytes: Buffer, key: Buffer, msn: number): Buffer {
  const iv = Buffer.alloc(16);
  iv.writeBigUInt64BE(BigInt(msn), 8);
  const cipher = createCipheriv("aes-128-cbc", key, iv);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

/** The origin's playlist after so many segments. */
export function printPlaylist({ msnBase }: EncryptedOrigin, count: number, ended: boolean): string {
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:6",
    `#EXT-X-TARGETDURATION:${segmentSeconds}`,
    "#EXT-X-PLAYLIST-TYPE:EVENT",
    `#EXT-X-MEDIA-SEQUENCE:${msnBase}`,
    '#EXT-X-MAP:URI="init.mp4"',
    '#EXT-X-KEY:METHOD=AES-128,URI="key.bin"',
  ];
  for (let index = 0; index < count; index += 1) {
    const date = new Date(startMs + index * segmentSeconds * 1000).toISOString();
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${date}`, `#EXTINF:${segmentSeconds}.000,`);
    lines.push(`${msnBase + index}.m4s`);
  }
  if (ended) lines.push("#EXT-X-ENDLIST");
  return `${lines.join("\n")}\n`;
}
