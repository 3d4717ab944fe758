// Somebody's own HTTP origin with one VOD, as small as HLS allows: it stands for whatever a user
// of `--catalog` has already. The media is noise: nobody decodes it, but every byte must arrive.

import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const SEGMENT_COUNT = 3;
const SEGMENT_BYTES = 100_000;

export interface OwnOrigin {
  /** The channel's base URL, without a slash at the end. */
  readonly url: string;
  /** SHA-256 in hex of each segment, in the order of the playlist. */
  readonly digests: readonly string[];
  readonly stop: () => Promise<void>;
}

export async function startOwnOrigin(): Promise<OwnOrigin> {
  const segments = Array.from({ length: SEGMENT_COUNT }, () => randomBytes(SEGMENT_BYTES));
  const playlist = [
    "#EXTM3U",
    "#EXT-X-VERSION:3",
    "#EXT-X-TARGETDURATION:6",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    ...segments.flatMap((_bytes, index) => ["#EXTINF:6.0,", `parts/${index}.ts`]),
    "#EXT-X-ENDLIST",
    "",
  ].join("\n");
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const segment = segments[Number(/^\/shows\/one\/parts\/(\d)\.ts$/.exec(path)?.[1] ?? -1)];
    if (path === "/shows/one/index.m3u8") {
      response.setHeader("content-type", "application/vnd.apple.mpegurl");
      response.end(playlist);
    } else if (segment !== undefined) {
      response.setHeader("content-type", "video/mp2t");
      response.end(segment);
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/shows/one`,
    digests: segments.map(toDigest),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** SHA-256 in hex. */
export function toDigest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
