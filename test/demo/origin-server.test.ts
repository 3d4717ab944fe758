// A demo origin over real sockets: what it serves and how it answers conditions.

import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ALIGNED_SCHEME, UNALIGNED_SCHEME } from "../../infra/local/demo/demo.ts";
import type { OriginServer } from "../../infra/local/demo/origin-server.ts";
import type { SegmentWindow } from "../../infra/local/demo/segment-clock.ts";
import { toAvailableCount } from "../../infra/local/demo/segment-retention.ts";
import { LAST_MSN, SEGMENT, startOrigin, windowAt } from "./origin-rig.ts";

let shown: SegmentWindow | undefined;
let origin: OriginServer;
beforeEach(async () => {
  shown = windowAt(LAST_MSN);
  origin = await startOrigin(ALIGNED_SCHEME, () => shown);
});
afterEach(async () => {
  await origin.stop();
});

const get = (path: string, init?: RequestInit) => fetch(`${origin.url}${path}`, init);
const getBytes = async (path: string, init?: RequestInit) => {
  const response = await get(path, init);
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
};

describe("what it serves", () => {
  const rows = [
    { path: "/master.m3u8", status: 200, type: "application/vnd.apple.mpegurl" },
    { path: "/v360/index.m3u8", status: 200, type: "application/vnd.apple.mpegurl" },
    { path: "/audio/index.m3u8", status: 200, type: "application/vnd.apple.mpegurl" },
    { path: "/v360/index.m3u8?_HLS_msn=1", status: 200, type: "application/vnd.apple.mpegurl" },
    { path: "/v240/init.mp4", status: 200, type: "video/mp4" },
    { path: "/audio/init.mp4", status: 200, type: "audio/mp4" },
    { path: SEGMENT, status: 200, type: "video/mp4" },
    { path: `/audio/${LAST_MSN - 9}.m4s`, status: 200, type: "audio/mp4" },
    { path: `/v360/${LAST_MSN - 49}.m4s`, status: 404, type: "text/plain" },
    { path: `/v360/${LAST_MSN + 1}.m4s`, status: 404, type: "text/plain" },
    { path: `/v360/0${LAST_MSN}.m4s`, status: 404, type: "text/plain" },
    { path: "/v360/0.m4s", status: 404, type: "text/plain" },
    { path: "/v999/index.m3u8", status: 404, type: "text/plain" },
    { path: "/ts/index.m3u8", status: 404, type: "text/plain" },
    { path: "/v360/", status: 404, type: "text/plain" },
    { path: "", status: 404, type: "text/plain" },
    { path: "/v360%2Findex.m3u8", status: 404, type: "text/plain" },
    { path: "/../vod/master.m3u8", status: 200, type: "application/vnd.apple.mpegurl" },
    { path: "/../vod/ts/master.m3u8", status: 200, type: "application/vnd.apple.mpegurl" },
    { path: "/../vod/ts/15.ts", status: 200, type: "video/mp2t" },
    { path: "/../vod/v144/15.m4s", status: 200, type: "video/mp4" },
    { path: "/../vod/v144/16.m4s", status: 404, type: "text/plain" },
  ];
  test.each(rows)("$path → $status", async ({ path, status, type }) => {
    const response = await get(path);
    expect([response.status, response.headers.get("content-type")]).toEqual([status, type]);
    await response.arrayBuffer();
  });

  test("a segment stays until its availability is over", async () => {
    const keptCount = toAvailableCount(ALIGNED_SCHEME.clock);
    expect((await getBytes(`/v144/${LAST_MSN - keptCount + 1}.m4s`)).response.status).toBe(200);
    expect((await getBytes(`/v144/${LAST_MSN - keptCount}.m4s`)).response.status).toBe(404);
  });

  test("every name in a playlist can be fetched, also of the unaligned scheme", async () => {
    const other = await startOrigin(UNALIGNED_SCHEME, () => windowAt(LAST_MSN + 517_000));
    for (const url of [origin.url, other.url]) {
      const text = await (await fetch(`${url}/v144/index.m3u8`)).text();
      const uris = [...text.matchAll(/^[^#\n].*|(?<=URI=")[^"]+/gm)].map(([uri]) => uri);
      expect(uris).toHaveLength(11);
      for (const uri of uris) {
        const response = await fetch(`${url}/v144/${uri}`);
        expect([uri, response.status]).toEqual([uri, 200]);
        await response.arrayBuffer();
      }
    }
    await other.stop();
  });

  test("two origins give the same playlists, bytes and ETags", async () => {
    const other = await startOrigin(ALIGNED_SCHEME, () => windowAt(LAST_MSN));
    for (const path of ["/master.m3u8", "/v240/index.m3u8", SEGMENT, "/v360/init.mp4"]) {
      const here = await getBytes(path);
      const there = await fetch(`${other.url}${path}`);
      expect(here.bytes.equals(Buffer.from(await there.arrayBuffer()))).toBe(true);
      for (const name of ["etag", "last-modified", "cache-control"]) {
        expect(here.response.headers.get(name)).toBe(there.headers.get(name));
        expect(here.response.headers.get(name)).toBeTruthy();
      }
    }
    await other.stop();
  });

  test("the ETag of a segment is its MD5", async () => {
    const { response, bytes } = await getBytes(SEGMENT);
    const md5 = createHash("md5").update(bytes).digest("hex");
    expect(response.headers.get("etag")).toBe(`"${md5}"`);
    expect(response.headers.get("last-modified")).toBe("Fri, 20 Nov 2026 07:43:04 GMT");
  });

  test("the playlist moves with the packager, and its ETag too", async () => {
    const before = await get("/v360/index.m3u8");
    expect(await before.text()).toContain(`MEDIA-SEQUENCE:${LAST_MSN - 9}\n`);
    shown = windowAt(LAST_MSN + 1);
    const after = await get("/v360/index.m3u8");
    expect(await after.text()).toContain(`MEDIA-SEQUENCE:${LAST_MSN - 8}\n`);
    expect(after.headers.get("etag")).not.toBe(before.headers.get("etag"));
  });

  test("before the first publication it has nothing to show", async () => {
    shown = undefined;
    const response = await get("/v360/index.m3u8");
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    await response.arrayBuffer();
  });
});

describe("how it answers", () => {
  test.each(["/v360/index.m3u8", SEGMENT])("HEAD %s has GET's headers, no body", async (path) => {
    const whole = await getBytes(path);
    const head = await getBytes(path, { method: "HEAD" });
    expect(head.response.status).toBe(200);
    expect(head.bytes.byteLength).toBe(0);
    expect(head.response.headers.get("content-length")).toBe(`${whole.bytes.byteLength}`);
    for (const name of ["etag", "content-type", "last-modified"]) {
      expect(head.response.headers.get(name)).toBe(whole.response.headers.get(name));
    }
  });

  test.each(["POST", "PUT", "DELETE"])("%s is not allowed", async (method) => {
    const response = await get("/master.m3u8", { method });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    await response.arrayBuffer();
  });

  const ETAG = "<etag>";
  const conditions = [
    { name: "the same ETag", headers: { "if-none-match": ETAG }, want: 304 },
    { name: "one of several, weak", headers: { "if-none-match": `"x", W/${ETAG}` }, want: 304 },
    { name: "a star", headers: { "if-none-match": "*" }, want: 304 },
    { name: "another ETag", headers: { "if-none-match": `"x"` }, want: 200 },
    { name: "not since the publication", headers: { "if-modified-since": "<date>" }, want: 304 },
    {
      name: "since long ago",
      headers: { "if-modified-since": "Thu, 01 Jan 2026 00:00:00 GMT" },
      want: 200,
    },
    { name: "no date at all", headers: { "if-modified-since": "yesterday" }, want: 200 },
    {
      name: "the ETag decides, not the date",
      headers: { "if-none-match": `"x"`, "if-modified-since": "<date>" },
      want: 200,
    },
  ];
  test.each(conditions)("condition: $name → $want", async ({ headers, want }) => {
    for (const path of ["/v360/index.m3u8", SEGMENT]) {
      const first = await getBytes(path);
      const filled = Object.entries(headers).map(([name, value]): [string, string] => [
        name,
        value
          .replace(ETAG, first.response.headers.get("etag") ?? "")
          .replace("<date>", first.response.headers.get("last-modified") ?? ""),
      ]);
      const { response, bytes } = await getBytes(path, { headers: filled });
      expect(response.status).toBe(want);
      expect(bytes.byteLength).toBe(want === 304 ? 0 : first.bytes.byteLength);
    }
  });

  const ranges = [
    { range: "bytes=0-99", want: [206, 0, 100] },
    { range: "bytes=100-", want: [206, 100, undefined] },
    { range: "bytes=-50", want: [206, -50, undefined] },
    { range: "bytes=-99999999", want: [206, 0, undefined] },
    { range: "bytes=10-99999999", want: [206, 10, undefined] },
    { range: "bytes=99999999-", want: [416, 0, 0] },
    { range: "bytes=-0", want: [416, 0, 0] },
    { range: "bytes=9-3", want: [200, 0, undefined] },
    { range: "bytes=-", want: [200, 0, undefined] },
    { range: "bytes=0-1,5-6", want: [200, 0, undefined] },
    { range: "seconds=0-1", want: [200, 0, undefined] },
  ] as const;
  test.each(ranges)("range $range", async ({ range, want: [status, from, to] }) => {
    const whole = (await getBytes(SEGMENT)).bytes;
    const { response, bytes } = await getBytes(SEGMENT, { headers: { range } });
    const part = whole.subarray(from, to);
    expect(response.status).toBe(status);
    expect(bytes.equals(part)).toBe(true);
    const start = from < 0 ? whole.length + from : from;
    const told = `bytes ${start}-${start + part.length - 1}/${whole.length}`;
    const wanted = { 200: null, 206: told, 416: `bytes */${whole.length}` }[status];
    expect(response.headers.get("content-range")).toBe(wanted);
  });

  test("If-Range: the current ETag keeps the range, any other drops it", async () => {
    const etag = (await getBytes(SEGMENT)).response.headers.get("etag") ?? "";
    const range = "bytes=0-9";
    const same = await getBytes(SEGMENT, { headers: { range, "if-range": etag } });
    const other = await getBytes(SEGMENT, { headers: { range, "if-range": `"x"` } });
    expect([same.response.status, other.response.status]).toEqual([206, 200]);
  });

  test("playlists ignore Range", async () => {
    const { response } = await getBytes("/v360/index.m3u8", { headers: { range: "bytes=0-9" } });
    expect([response.status, response.headers.get("accept-ranges")]).toEqual([200, null]);
  });

  test("it counts requests by what they ask for", async () => {
    await getBytes("/master.m3u8");
    await getBytes("/v360/index.m3u8?x=1");
    await getBytes(SEGMENT);
    await getBytes("/v360/init.mp4", { method: "HEAD" });
    await getBytes("/nothing");
    expect(origin.counts()).toEqual({ playlists: 2, segments: 2, others: 1 });
    origin.resetCounts();
    expect(origin.counts()).toEqual({ playlists: 0, segments: 0, others: 0 });
  });
});
