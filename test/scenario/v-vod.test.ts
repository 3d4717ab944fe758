// v-: playlists that are not pushed. Two edges stand in one region, as two isolates of one data
// centre do: each has its own memory, and both share the region's cache. Each case looks at the
// viewers' answers and at how often the origin was asked.

import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { printVod } from "../kit/playlists.ts";
import { readRaw } from "../kit/raw-read.ts";
import type { ScriptedAnswer } from "../kit/scripted-origin.ts";

/** Second-long lifetimes, so that a test can live through all of a playlist's life. */
const SHORT = 'ttl = {policy = "fixed", vod_seconds = 1, multivariant_seconds = 1}';
const short = (id: string, origins: readonly ("a" | "b")[] = ["a"]) =>
  ({ id, mode: "vod", origins, policy: SHORT }) as const;
let kit: EdgeStack;
let first: string;
let second: string;

beforeAll(async () => {
  kit = await startEdgeStack(
    [
      { id: "shared", mode: "vod" },
      { id: "master", mode: "vod" },
      short("renewed"),
      short("unchanged"),
      short("dated"),
      short("outage"),
      short("removed"),
      short("rescued", ["a", "b"]),
      { id: "ill", mode: "vod" },
      { id: "dvr", mode: "vod" },
      { id: "words", mode: "vod" },
      { id: "rules", mode: "vod" },
    ],
    { edges: 2, regions: ["enam", "enam"], shim: { evictionChance: 0 } },
  );
  [first = "", second = ""] = kit.stack.edgeUrls;
});
afterAll(() => kit?.stop());

interface Got {
  readonly status: number;
  readonly cache: string;
  readonly age: number;
  readonly headers: Headers;
  readonly text: string;
}

async function read(
  edge: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<Got> {
  const response = await fetch(edge + path, { headers });
  return {
    status: response.status,
    cache: response.headers.get("cache-status") ?? "",
    age: Number(response.headers.get("age")),
    headers: response.headers,
    text: await response.text(),
  };
}

const sleep = (waitMs: number) => new Promise((resolve) => setTimeout(resolve, waitMs));
const cacheControl = (value: string) => ({ "cache-control": value });

describe("a version is made once for a data centre", () => {
  const lastModified = "Thu, 19 Nov 2026 08:00:00 GMT";
  test.each([
    ["a media playlist", "/shared/index.m3u8", printVod(3)],
    [
      "a multivariant one",
      "/master/index.m3u8",
      "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n",
    ],
  ])("%s: the second isolate takes it from the first, with its age", async (_name, path, body) => {
    kit.a.on(path, { body, headers: { age: "30", "last-modified": lastModified } });
    const made = await read(first, path);
    const madeAtMs = Date.now();
    expect(made.status).toBe(200);
    expect(made.cache).toMatch(/^weir; fwd=uri-miss; fwd-status=200; .*stored$/);
    // A cache in front of the origin had kept it for half a minute.
    expect(made.age).toBeGreaterThanOrEqual(30);
    await sleep(1_100);
    const taken = await read(second, path);
    expect(taken.cache).toMatch(/^weir; hit; ttl=\d+; detail=l1$/);
    expect(taken.text).toBe(body);
    expect(taken.age - made.age).toBeGreaterThanOrEqual(1);
    expect(taken.age - made.age).toBeLessThanOrEqual(2 + (Date.now() - madeAtMs) / 1_000);
    for (const name of ["etag", "last-modified", "vary", "content-type"]) {
      expect(taken.headers.get(name), name).toBe(made.headers.get(name));
    }
    expect(taken.headers.get("last-modified")).toBe(lastModified);
    expect((await read(second, path)).cache).toMatch(/detail=l0$/);
    const tag = made.headers.get("etag") ?? "";
    expect((await read(second, path, { "if-none-match": tag })).status).toBe(304);
    expect(kit.a.count(path)).toBe(1);
  });

  test("a DVR window of two hours travels at less than a tenth, the same from both", async () => {
    const segments = Array.from({ length: 3_600 }, (_, index) => {
      const date = new Date(1_790_000_000_000 + index * 2_000).toISOString();
      return `#EXT-X-PROGRAM-DATE-TIME:${date}\n#EXTINF:2.000,\nvideo/1080p/${100_000 + index}.ts\n`;
    });
    const head = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:EVENT\n";
    const body = `${head}${segments.join("")}#EXT-X-ENDLIST\n`;
    kit.a.on("/dvr/index.m3u8", { body });
    const { gunzipSync } = await import("node:zlib");
    const zipped: Buffer[] = [];
    for (const edge of [first, second]) {
      await expect
        .poll(async () => (await read(edge, "/dvr/index.m3u8")).cache)
        .toMatch(edge === first ? /hit/ : /hit; .*detail=l0/);
      const got = await readRaw(edge, "/dvr/index.m3u8", { "accept-encoding": "gzip" });
      expect(got.headers["content-encoding"]).toBe("gzip");
      expect(got.headers["content-length"]).toBe(String(got.bytes.byteLength));
      expect(gunzipSync(got.bytes).toString()).toBe(body);
      expect(got.bytes.byteLength).toBeLessThan(body.length / 10);
      zipped.push(got.bytes);
      const plain = await readRaw(edge, "/dvr/index.m3u8", {});
      expect(plain.bytes.toString()).toBe(body);
      // Either coding's tag is known, whatever coding is asked for.
      for (const tag of [plain.headers["etag"], got.headers["etag"]]) {
        for (const coding of ["gzip", "identity"]) {
          const headers = { "accept-encoding": coding, "if-none-match": String(tag) };
          expect((await readRaw(edge, "/dvr/index.m3u8", headers)).status).toBe(304);
        }
      }
    }
    expect(zipped[0]?.equals(zipped[1] ?? Buffer.alloc(0))).toBe(true);
    expect(kit.a.count("/dvr/index.m3u8")).toBe(1);
  });
});

describe("past its freshness", () => {
  test("fifty viewers get the old one at once, and the origin is asked once", async () => {
    const path = "/renewed/index.m3u8";
    const headers = cacheControl("max-age=1, stale-while-revalidate=60");
    let release = () => {};
    const hold = new Promise<void>((resolve) => {
      release = resolve;
    });
    kit.a.on(path, (_request, count) =>
      count === 1 ? { body: printVod(1), headers } : { body: printVod(2), headers, hold },
    );
    expect((await read(first, path)).text).toBe(printVod(1));
    await sleep(1_200);
    const old = await Promise.all(Array.from({ length: 50 }, () => read(first, path)));
    for (const { status, text, cache } of old) {
      expect([status, text]).toEqual([200, printVod(1)]);
      expect(cache).toMatch(/^weir; hit; ttl=-\d+; detail=l0$/);
    }
    await expect.poll(() => kit.a.count(path)).toBe(2);
    release();
    await expect.poll(async () => (await read(first, path)).text).toBe(printVod(2));
    expect(kit.a.count(path)).toBe(2);
    // The other isolate has never seen it, and takes what the first one has renewed.
    const taken = await read(second, path);
    expect(taken.cache).toMatch(/detail=l1$/);
    expect(taken.text).toBe(printVod(2));
    expect(kit.a.count(path)).toBe(2);
  });

  const etag = '"v1"';
  const modified = "Thu, 19 Nov 2026 08:00:00 GMT";
  test.each([
    ["unchanged", "if-none-match", etag, { etag }],
    ["dated", "if-modified-since", modified, { "last-modified": modified }],
  ] as const)(
    "%s: an unchanged one is confirmed, not read again",
    async (id, field, value, own) => {
      const path = `/${id}/index.m3u8`;
      const lifetime = cacheControl("max-age=1, stale-while-revalidate=0, stale-if-error=60");
      const asked: unknown[] = [];
      kit.a.on(path, (request: IncomingMessage, count): ScriptedAnswer => {
        asked.push(request.headers[field]);
        // "Unchanged" may leave out what is as it was.
        if (count > 1) return { status: 304, headers: { date: new Date().toUTCString() } };
        return {
          body: printVod(2),
          headers: { ...lifetime, ...own, date: new Date().toUTCString() },
        };
      });
      const before = await read(first, path);
      await sleep(1_300);
      const after = await read(first, path);
      expect(after.cache).toMatch(/^weir; fwd=stale; fwd-status=304; ttl=\d+; stored$/);
      expect(after.text).toBe(printVod(2));
      expect(after.age).toBe(0);
      expect(asked).toEqual([undefined, value]);
      for (const name of ["etag", "last-modified", "cache-control"]) {
        expect(after.headers.get(name), name).toBe(before.headers.get(name));
      }
      // The confirmation travels: the neighbour counts from it.
      const taken = await read(second, path);
      expect([taken.cache.includes("detail=l1"), taken.age]).toEqual([true, 0]);
      expect(kit.a.count(path)).toBe(2);
    },
  );

  test("a failing origin is hidden for as long as it allows, then it is a 503", async () => {
    const path = "/outage/index.m3u8";
    const headers = cacheControl("max-age=1, stale-while-revalidate=0, stale-if-error=3");
    let fails = false;
    kit.a.on(path, () => (fails ? { reset: true } : { body: printVod(2), headers }));
    expect((await read(first, path)).status).toBe(200);
    fails = true;
    const startedAtMs = Date.now();
    // 1 s of freshness and 3 s of standing in: [after so many seconds, from which edge, status].
    for (const [seconds, edge, status, cache] of [
      [1.5, first, 200, /^weir; fwd=stale; ttl=-\d+; detail=origin-unreachable$/],
      [2.5, second, 200, /^weir; fwd=stale; ttl=-\d+; detail=origin-unreachable$/],
      [4.6, first, 503, /^weir; fwd=miss; detail=no-origin$/],
      [4.7, second, 503, /^weir; fwd=miss; detail=no-origin$/],
    ] as const) {
      await sleep(startedAtMs + seconds * 1_000 - Date.now());
      const got = await read(edge, path);
      expect([seconds, got.status, got.cache]).toEqual([
        seconds,
        status,
        expect.stringMatching(cache),
      ]);
      if (status === 200) expect(got.age).toBe(Math.floor(seconds));
      else expect(Number(got.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    }
    fails = false;
    await expect.poll(async () => (await read(first, path)).status).toBe(200);
  });

  test("the other origin helps before anything old has to", async () => {
    const path = "/rescued/index.m3u8";
    const headers = cacheControl("max-age=1, stale-while-revalidate=0, stale-if-error=60");
    kit.a.on(path, (_request, count) =>
      count === 1 ? { body: printVod(1), headers } : { status: 503 },
    );
    kit.b.on(path, { body: printVod(2), headers });
    expect((await read(first, path)).text).toBe(printVod(1));
    await sleep(1_200);
    const got = await read(first, path);
    expect([got.status, got.text]).toEqual([200, printVod(2)]);
    expect(kit.b.count(path)).toBe(1);
  });

  test("one that was taken away is gone, for both isolates", async () => {
    const path = "/removed/index.m3u8";
    const headers = cacheControl("max-age=1, stale-while-revalidate=0, stale-if-error=60");
    kit.a.on(path, (_request, count) =>
      count === 1 ? { body: printVod(2), headers } : { status: 410 },
    );
    expect((await read(first, path)).status).toBe(200);
    await sleep(1_200);
    const gone = await read(first, path);
    expect([gone.status, gone.cache]).toEqual([404, "weir; fwd=miss; detail=not-found"]);
    const again = await read(first, path);
    expect([again.status, again.cache]).toEqual([404, "weir; hit; detail=not-found"]);
    expect(kit.a.count(path)).toBe(2);
    await expect.poll(async () => (await read(second, path)).status).toBe(404);
  });
});

test("a cache that is ill costs a moment and no answer", async () => {
  for (const fault of ["throw", "hang"]) {
    await fetch(`${first}/_shim/cache?fault=${fault}`);
    const path = `/ill/${fault}.m3u8`;
    kit.a.on(path, { body: printVod(2) });
    const answers = await Promise.all(Array.from({ length: 10 }, () => read(first, path)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(
      new Set([`200 ${printVod(2)}`]),
    );
    expect((await read(first, path)).cache).toMatch(/detail=l0$/);
    expect(kit.a.count(path)).toBe(1);
  }
  await fetch(`${first}/_shim/cache?fault=none`);
});

test("what was made by rules that hold no more is made again", async () => {
  const path = "/rules/index.m3u8";
  const foreign = "#EXTINF:2.000,\nhttps://elsewhere.example/x.ts\n";
  kit.a.on(path, { body: printVod(2).replace("#EXT-X-ENDLIST\n", `${foreign}#EXT-X-ENDLIST\n`) });
  for (const edge of [first, second]) {
    await expect.poll(async () => (await read(edge, path)).text).toContain("elsewhere.example");
    expect((await read(edge, path)).text).not.toContain("#EXT-X-GAP");
  }
  const { controlUrl, token, catalog } = kit.stack;
  const changed = catalog.replace(
    /(id = "rules"[\s\S]*?\[channels\.policy\]\n)/,
    '$1unknown_hosts = "drop"\n',
  );
  expect(changed).not.toBe(catalog);
  const applied = await fetch(`${controlUrl}/api/v1/catalog`, {
    method: "PUT",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/toml",
      "if-match": "*",
    },
    body: changed,
  });
  expect(applied.status).toBe(200);
  for (const edge of [first, second]) {
    await expect
      .poll(async () => (await read(edge, path)).text, { timeout: 5_000 })
      .toContain("#EXT-X-GAP");
  }
});

describe("problems say what the cache had to do with them", () => {
  const rows = [
    ["/words/%2e%2e/x.m3u8", 400, "weir; detail=bad-path"],
    ["/nobody/index.m3u8", 404, "weir; detail=unknown-channel"],
    ["/words/absent.m3u8", 404, "weir; fwd=miss; detail=not-found"],
    ["/words/absent.m3u8", 404, "weir; hit; detail=not-found"],
    ["/words/broken.m3u8", 502, "weir; fwd=miss; detail=origin-error"],
    ["/words/html.m3u8", 502, "weir; fwd=miss; detail=origin-not-a-playlist"],
    ["/words/broken.ts", 502, "weir; fwd=miss; detail=origin-error"],
  ] as const;
  test("row by row", async () => {
    kit.a.on("/words/broken.m3u8", { status: 500 });
    kit.a.on("/words/broken.ts", { status: 500 });
    kit.a.on("/words/html.m3u8", { body: "<html>" });
    for (const [path, status, cache] of rows) {
      const got = await readRaw(first, path, {});
      expect([path, got.status, got.headers["cache-status"]]).toEqual([path, status, cache]);
    }
    kit.a.on("/words/whole.ts", { body: new Uint8Array(100) });
    await readRaw(first, "/words/whole.ts", {});
    const beyond = await readRaw(first, "/words/whole.ts", { range: "bytes=500-" });
    expect(beyond.status).toBe(416);
    expect(beyond.headers["cache-status"]).toMatch(/^weir; (hit|fwd=)/);
  });
});
