// s-: Workers Cache as the L1. The platform's cache stands in front of the files' entrypoint and
// collapses whoever asks for the same one; viewers must see the same replies as with the Cache API.

import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";

const SEGMENT = randomBytes(2 * 1024 * 1024);
const toHash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const WANT = toHash(SEGMENT);

let kit: EdgeStack;
beforeAll(async () => {
  kit = await startEdgeStack(
    [
      { id: "through", mode: "vod" },
      { id: "hot", mode: "vod", policy: "hot_tier = true" },
    ],
    { edges: 2, shim: { workersCache: true, evictionChance: 0 } },
  );
});
afterAll(() => kit?.stop());

async function read(path: string, headers: Record<string, string> = {}, edge = kit.edge) {
  const response = await fetch(edge + path, { headers });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, hash: toHash(bytes), bytes };
}

test("a crowd is one read per data centre, and then hits", async () => {
  kit.a.on("/through/0.m4s", { body: SEGMENT, headers: { etag: '"t"' } });
  const [first = "", second = ""] = kit.stack.edgeUrls;
  const crowd = Array.from({ length: 60 }, (_, index) =>
    read("/through/0.m4s", {}, index % 2 === 0 ? first : second),
  );
  for (const { status, hash } of await Promise.all(crowd))
    expect([status, hash]).toEqual([200, WANT]);
  expect(kit.a.count("/through/0.m4s")).toBe(2);
  const { headers } = await read("/through/0.m4s");
  expect(headers.get("cache-status")).toMatch(/^weir; hit; ttl=\d+; detail=l1$/);
  expect(headers.get("etag")).toBe('"t"');
  expect(headers.get("x-weir-meta")).toBeNull();
});

test("ranges and conditions are answered from the stored whole", async () => {
  const slice = await read("/through/0.m4s", { range: "bytes=10-19" });
  expect([slice.status, slice.headers.get("content-range")]).toEqual([
    206,
    `bytes 10-19/${SEGMENT.length}`,
  ]);
  expect(slice.hash).toBe(toHash(SEGMENT.subarray(10, 20)));
  const range = `bytes=${SEGMENT.length}-`;
  expect((await read("/through/0.m4s", { range })).status).toBe(416);
  const other = await read("/through/0.m4s", { range: "bytes=0-9", "if-range": '"old"' });
  expect([other.status, other.hash]).toEqual([200, WANT]);
  expect((await read("/through/0.m4s", { "if-none-match": '"t"' })).status).toBe(304);
});

test("a failure is told as it is and kept by nobody", async () => {
  kit.a.on("/through/1.m4s", { status: 500 });
  expect((await read("/through/1.m4s")).status).toBe(502);
  kit.a.on("/through/1.m4s", { body: SEGMENT });
  await expect.poll(async () => (await read("/through/1.m4s")).hash).toBe(WANT);
});

test("with the hot tier behind it there is one read in the world", async () => {
  kit.a.on("/hot/0.m4s", { body: SEGMENT });
  const crowd = kit.stack.edgeUrls.map((edge) => read("/hot/0.m4s", {}, edge));
  for (const { hash } of await Promise.all(crowd)) expect(hash).toBe(WANT);
  expect(kit.a.count("/hot/0.m4s")).toBe(1);
});
