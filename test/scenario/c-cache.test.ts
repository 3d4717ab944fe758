// c-: what is kept, for whom, and what never is. Each case looks at the viewer's answer and at how
// often the origin was asked.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { printLive, printVod } from "../kit/playlists.ts";

const SEGMENT = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251);
let kit: EdgeStack;

beforeAll(async () => {
  kit = await startEdgeStack([
    { id: "crowd", mode: "vod" },
    { id: "store", mode: "vod" },
    { id: "ranges", mode: "vod" },
    { id: "codings", mode: "vod" },
    { id: "broken", mode: "vod" },
    { id: "private", mode: "vod" },
    { id: "absent", mode: "vod" },
    { id: "renewed", mode: "vod" },
    { id: "promises" },
    { id: "hidden", mode: "vod" },
    { id: "window" },
    { id: "queries", mode: "vod", policy: 'query = ["lang"]' },
  ]);
});
afterAll(() => kit?.stop());

async function read(path: string, headers: Record<string, string> = {}) {
  const response = await kit.get(path, { headers });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { response, status: response.status, headers: response.headers, bytes };
}

/** Compares long bodies at once: element by element would take a second each. */
function expectBytes(got: Uint8Array, want: Uint8Array): void {
  expect(got.byteLength).toBe(want.byteLength);
  expect(Buffer.compare(got, want)).toBe(0);
}

const phase = (headers: Headers) => headers.get("cache-status");

describe("one fill for many", () => {
  test("fifty viewers of a cold playlist are one request to the origin", async () => {
    let release = () => {};
    const hold = new Promise<void>((resolve) => {
      release = resolve;
    });
    kit.a.on("/crowd/index.m3u8", { body: printVod(4), hold });
    const answers = Array.from({ length: 50 }, () => read("/crowd/index.m3u8"));
    await expect.poll(() => kit.a.count("/crowd/index.m3u8")).toBe(1);
    release();
    const bodies = await Promise.all(answers);
    expect(new Set(bodies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(bodies.map(({ headers }) => headers.get("etag"))).size).toBe(1);
    expect(kit.a.count("/crowd/index.m3u8")).toBe(1);
  });

  test("fifty viewers of a cold segment are one request, and get the same bytes", async () => {
    let release = () => {};
    const hold = new Promise<void>((resolve) => {
      release = resolve;
    });
    kit.a.on("/crowd/0.ts", { body: SEGMENT, hold });
    const answers = Array.from({ length: 50 }, () => read("/crowd/0.ts"));
    await expect.poll(() => kit.a.count("/crowd/0.ts")).toBe(1);
    release();
    for (const { bytes } of await Promise.all(answers)) expectBytes(bytes, SEGMENT);
    expect(kit.a.count("/crowd/0.ts")).toBe(1);
  });
});

describe("segments", () => {
  test("are a miss first and a hit ever after", async () => {
    kit.a.on("/store/0.ts", { body: SEGMENT, headers: { etag: '"v1"', "set-cookie": "who=you" } });
    const first = await read("/store/0.ts");
    expect(phase(first.headers)).toMatch(
      /^weir; fwd=uri-miss; fwd-status=200; .*stored; detail=cold$/,
    );
    const second = await read("/store/0.ts");
    expect(phase(second.headers)).toMatch(/^weir; hit; ttl=\d+; detail=l1$/);
    expectBytes(second.bytes, SEGMENT);
    expect(second.headers.get("etag")).toBe('"v1"');
    expect(second.headers.get("content-type")).toBe("video/mp2t");
    for (const { headers } of [first, second]) expect(headers.get("set-cookie")).toBeNull();
    expect(kit.a.count("/store/0.ts")).toBe(1);
  });

  test("a validator saves the body", async () => {
    const { status, bytes, headers } = await read("/store/0.ts", { "if-none-match": '"v1"' });
    expect(status).toBe(304);
    expect(bytes.byteLength).toBe(0);
    expect(headers.get("etag")).toBe('"v1"');
    expect((await read("/store/0.ts", { "if-none-match": '"v2"' })).status).toBe(200);
  });

  test("what the origin wants kept private is never stored", async () => {
    const headers = { "cache-control": "private, max-age=600" };
    kit.a.on("/private/0.ts", { body: SEGMENT, headers });
    for (const count of [1, 2, 3]) {
      const { headers: got } = await read("/private/0.ts");
      expect(phase(got)).toMatch(/fwd=uri-miss/);
      expect(got.get("cache-control")).toBe("no-store");
      expect(kit.a.count("/private/0.ts")).toBe(count);
    }
  });

  test("a copy past its freshness is served once more while it is replaced", async () => {
    let edit = 1;
    const headers = { "cache-control": "max-age=1, stale-while-revalidate=60" };
    kit.a.on("/renewed/notes.json", () => ({ body: `edit ${edit}`, headers }));
    const text = async () => new TextDecoder().decode((await read("/renewed/notes.json")).bytes);
    expect(await text()).toBe("edit 1");
    edit = 2;
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await text()).toBe("edit 1");
    await expect.poll(text).toBe("edit 2");
    expect(kit.a.count("/renewed/notes.json")).toBe(2);
  });

  test("a stale copy stands in for a failing origin, and only for that", async () => {
    const headers = { "cache-control": "max-age=1, stale-if-error=60" };
    let fails = false;
    kit.a.on("/renewed/rates.json", (_request, count) =>
      fails ? { status: 500 } : { body: `read ${count}`, headers },
    );
    const look = async () => {
      const { bytes, headers: got } = await read("/renewed/rates.json");
      return [new TextDecoder().decode(bytes), phase(got)] as const;
    };
    await look();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    fails = true;
    expect(await look()).toEqual([
      "read 1",
      expect.stringMatching(/fwd=stale.*detail=origin-error/),
    ]);
    fails = false;
    expect((await look())[0]).toBe("read 3");
  });

  test("a body that breaks off is not stored, and the viewer can tell", async () => {
    kit.a.on("/broken/0.ts", (_request, count) =>
      count === 1
        ? { body: SEGMENT.subarray(0, 100_000), announcedLength: SEGMENT.byteLength }
        : { body: SEGMENT },
    );
    await expect(read("/broken/0.ts")).rejects.toThrow();
    const again = await read("/broken/0.ts");
    expectBytes(again.bytes, SEGMENT);
    expect(phase(again.headers)).toMatch(/fwd=uri-miss/);
    expect(phase((await read("/broken/0.ts")).headers)).toMatch(/hit/);
    expect(kit.a.count("/broken/0.ts")).toBe(2);
  });

  test("an absent name is asked for once, and found when its time is over", async () => {
    expect((await read("/absent/0.ts")).status).toBe(404);
    expect((await read("/absent/0.ts")).status).toBe(404);
    expect(kit.a.count("/absent/0.ts")).toBe(1);
    kit.a.on("/absent/0.ts", { body: SEGMENT });
    await expect
      .poll(async () => (await read("/absent/0.ts")).status, { timeout: 15_000 })
      .toBe(200);
  });
});

describe("ranges", () => {
  const cases = [
    ["bytes=0-9", 206, "bytes 0-9/300000", [0, 10]],
    ["bytes=299990-", 206, "bytes 299990-299999/300000", [299_990, 300_000]],
    ["bytes=-5", 206, "bytes 299995-299999/300000", [299_995, 300_000]],
    ["bytes=10-9007199254740991", 206, "bytes 10-299999/300000", [10, 300_000]],
    ["bytes=0-1,5-6", 200, null, [0, 300_000]],
    ["lines=0-1", 200, null, [0, 300_000]],
    ["bytes=9-3", 200, null, [0, 300_000]],
    ["bytes=300000-", 416, "bytes */300000", null],
  ] as const;

  test.each(cases.map((row, index) => [...row, index] as const))(
    "%s of an arriving and of a stored file",
    async (range, status, contentRange, slice, index) => {
      const path = `/ranges/${index}.ts`;
      kit.a.on(path, { body: SEGMENT, headers: { etag: '"r"' } });
      for (const state of ["arriving", "stored"]) {
        const got = await read(path, { range });
        expect(got.status, state).toBe(status);
        expect(got.headers.get("content-range"), state).toBe(contentRange);
        if (slice !== null) expectBytes(got.bytes, SEGMENT.slice(slice[0], slice[1]));
        await expect.poll(async () => phase((await read(path)).headers)).toMatch(/hit/);
      }
      expect(kit.a.count(path)).toBe(1);
    },
  );

  test("If-Range holds for the same bytes only", async () => {
    const range = "bytes=0-9";
    expect((await read("/ranges/0.ts", { range, "if-range": '"r"' })).status).toBe(206);
    const other = await read("/ranges/0.ts", { range, "if-range": '"old"' });
    expect(other.status).toBe(200);
    expectBytes(other.bytes, SEGMENT);
  });
});

describe("playlists", () => {
  test("travel gzipped to whom it suits, with a validator per coding", async () => {
    kit.a.on("/codings/index.m3u8", { body: printVod(500) });
    const { port, hostname } = new URL(kit.edge);
    const { request } = await import("node:http");
    const raw = (headers: Record<string, string>) =>
      new Promise<{ status: number; headers: Record<string, unknown>; bytes: Buffer }>(
        (resolve) => {
          request({ port, hostname, path: "/codings/index.m3u8", headers }, (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("end", () =>
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                bytes: Buffer.concat(chunks),
              }),
            );
          }).end();
        },
      );
    const { gunzipSync } = await import("node:zlib");
    const plain = await raw({});
    const zipped = await raw({ "accept-encoding": "gzip, br" });
    expect(zipped.headers["content-encoding"]).toBe("gzip");
    expect(zipped.headers["vary"]).toMatch(/accept-encoding/i);
    expect(gunzipSync(zipped.bytes).equals(plain.bytes)).toBe(true);
    expect(zipped.bytes.byteLength).toBeLessThan(plain.bytes.byteLength / 4);
    const tags = [plain.headers["etag"], zipped.headers["etag"]] as [string, string];
    expect(tags[0]).not.toBe(tags[1]);
    for (const tag of tags) {
      const again = await raw({ "accept-encoding": "gzip", "if-none-match": tag });
      expect(again.status).toBe(304);
      expect(again.bytes.byteLength).toBe(0);
    }
    expect(kit.a.count("/codings/index.m3u8")).toBe(1);
  });

  test("a live one is kept for less than half its target duration", async () => {
    kit.a.on("/window/index.m3u8", (_request, count) => ({ body: printLive(count, count + 5) }));
    const first = await read("/window/index.m3u8");
    const ttlSeconds = Number(/ttl=(-?\d+)/.exec(phase(first.headers) ?? "")?.[1]);
    expect(ttlSeconds).toBeLessThanOrEqual(1);
    const stale = Number(
      /stale-if-error=(\d+)/.exec(first.headers.get("cache-control") ?? "")?.[1],
    );
    expect(stale).toBeLessThanOrEqual(6);
  });

  test("are known by their type where their name does not tell", async () => {
    const headers = { "content-type": "application/x-mpegURL" };
    kit.a.on("/hidden/stream", {
      body: printVod(2).replace("0.ts", `${kit.a.url}/hidden/0.ts`),
      headers,
    });
    for (const want of [/fwd=uri-miss/, /hit; ttl=\d+; detail=l0/]) {
      const { bytes, headers: got } = await read("/hidden/stream");
      expect(new TextDecoder().decode(bytes)).toBe(printVod(2));
      expect(got.get("content-type")).toBe("application/vnd.apple.mpegurl");
      expect(phase(got)).toMatch(want);
    }
  });

  test("promise nothing that this edge does not keep", async () => {
    const control = "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12.0,HOLD-BACK=6.0";
    kit.a.on("/promises/index.m3u8", { body: printLive(5, 10, control) });
    const steering = '#EXT-X-CONTENT-STEERING:SERVER-URI="steer.json"\n';
    const variant = "#EXT-X-STREAM-INF:BANDWIDTH=1\nindex.m3u8\n";
    kit.a.on("/promises/master.m3u8", { body: `#EXTM3U\n${steering}${variant}` });
    const text = async (path: string) => new TextDecoder().decode((await read(path)).bytes);
    const media = await text("/promises/index.m3u8");
    // The window is too short for delta updates; requests can be held.
    const kept = "#EXT-X-SERVER-CONTROL:HOLD-BACK=6.0,CAN-BLOCK-RELOAD=YES";
    expect(media).toBe(printLive(5, 10, kept));
    expect(await text("/promises/master.m3u8")).toBe(`#EXTM3U\n${variant}`);
  });

  test("only the channel's own parameters reach the origin and the key", async () => {
    kit.a.on("/queries/index.m3u8?lang=de", { body: printVod(1) });
    kit.a.on("/queries/index.m3u8", { body: printVod(2) });
    for (const query of [
      "?lang=de",
      "?session=1&lang=de",
      "?lang=de&CMCD=bl%3D1",
      "?_HLS_msn=3&lang=de",
    ]) {
      expect((await read(`/queries/index.m3u8${query}`)).status).toBe(200);
    }
    expect((await read("/queries/index.m3u8?cachebuster=77")).status).toBe(200);
    expect(kit.a.count("/queries/index.m3u8?lang=de")).toBe(1);
    expect(kit.a.count("/queries/index.m3u8")).toBe(1);
  });
});
