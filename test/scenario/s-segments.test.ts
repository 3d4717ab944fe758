// s-: segments that nobody has yet. A crowd costs the origin one read, everybody reads along from
// the first byte, and an origin that breaks in the middle costs the viewers nothing as long as
// somebody has the same bytes.

import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";

const MEGABYTE = 1024 * 1024;
/** Bytes without any pattern that a shifted or repeated piece could hide in. */
function toBody(seed: number, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < length; at += 32) {
    blocks.push(createHash("sha256").update(`${seed}/${at}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}
const toHash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const toMd5 = (bytes: Uint8Array, coding: "hex" | "base64") =>
  createHash("md5").update(bytes).digest(coding);
const SEGMENT = toBody(1, 2 * MEGABYTE);
const WANT = toHash(SEGMENT);

let kit: EdgeStack;

beforeAll(async () => {
  const hot = "hot_tier = true";
  const pair = ["a", "b"] as const;
  kit = await startEdgeStack(
    [
      { id: "crowd", mode: "vod" },
      { id: "hot", mode: "vod", policy: hot },
      { id: "slow", mode: "vod" },
      { id: "resets", mode: "vod", origins: pair },
      { id: "silent", mode: "vod", origins: pair },
      { id: "replaced", mode: "vod", origins: pair },
      { id: "digest", mode: "vod", origins: pair },
      { id: "single", mode: "vod" },
      { id: "film", mode: "vod" },
      { id: "tier", mode: "vod", policy: hot },
    ],
    { edges: 3, shim: { evictionChance: 0 } },
  );
});
afterAll(() => kit?.stop());

async function read(edge: string, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(edge + path, { headers });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, hash: toHash(bytes), bytes };
}

/** Viewers of one path, spread over the edges and over 50 ms. */
async function sendCrowd(path: string, count: number) {
  const edges = kit.stack.edgeUrls;
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, (50 * index) / count));
      return read(edges[index % edges.length] ?? "", path);
    }),
  );
}

const phase = (headers: Headers) => headers.get("cache-status") ?? "";

describe("a cold crowd", () => {
  test("costs one read per upper tier without the hot tier", async () => {
    kit.a.on("/crowd/0.m4s", { body: SEGMENT });
    const answers = await sendCrowd("/crowd/0.m4s", 300);
    expect(new Set(answers.map(({ hash }) => hash))).toEqual(new Set([WANT]));
    expect(kit.a.count("/crowd/0.m4s")).toBe(3);
    // Everybody who read along missed because nobody had it, and says all that the leader says.
    const collapsed = answers.filter(({ headers }) => phase(headers).includes("collapsed"));
    expect(collapsed.length).toBeGreaterThan(3);
    const names = (headers: Headers) => [...headers.keys()].filter((name) => name !== "age").sort();
    const leader = answers.find(({ headers }) => /uri-miss(?!.*collapsed)/.test(phase(headers)));
    for (const { headers } of collapsed) {
      expect(phase(headers)).toMatch(/; collapsed; detail=cold$/);
      expect(headers.get("server-timing")).toMatch(/^edge;dur=\d+, origin;desc="a", cache;desc="c/);
      expect(names(headers)).toEqual(names(leader?.headers ?? new Headers()));
    }
  });

  test("costs one read in the world with it", async () => {
    kit.a.on("/hot/0.m4s", { body: SEGMENT, headers: { etag: '"one"' } });
    const answers = await sendCrowd("/hot/0.m4s", 300);
    expect(new Set(answers.map(({ hash }) => hash))).toEqual(new Set([WANT]));
    expect(kit.a.count("/hot/0.m4s")).toBe(1);
  });

  test("reads along from the first byte while the leader is far from the end", async () => {
    kit.a.on("/slow/0.m4s", { body: SEGMENT, bytesPerSecond: MEGABYTE });
    const startedAtMs = Date.now();
    const leader = fetch(`${kit.edge}/slow/0.m4s`);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const follower = await fetch(`${kit.edge}/slow/0.m4s`);
    const reader = follower.body?.getReader();
    const first = await reader?.read();
    expect(Date.now() - startedAtMs).toBeLessThan(1_500);
    const chunks = [first?.value ?? new Uint8Array()];
    for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) {
      chunks.push(next.value);
    }
    expect(toHash(Buffer.concat(chunks))).toBe(WANT);
    expect(phase(follower.headers)).toMatch(/collapsed/);
    expect(toHash(new Uint8Array(await (await leader).arrayBuffer()))).toBe(WANT);
    expect(kit.a.count("/slow/0.m4s")).toBe(1);
  });

  test("a follower's range is cut from the arriving file", async () => {
    kit.a.on("/slow/1.m4s", { body: SEGMENT, bytesPerSecond: 4 * MEGABYTE });
    const leader = read(kit.edge, "/slow/1.m4s");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const got = await read(kit.edge, "/slow/1.m4s", { range: "bytes=1000000-1500000" });
    expect(got.status).toBe(206);
    expect(got.headers.get("content-length")).toBe("500001");
    expect(got.hash).toBe(toHash(SEGMENT.subarray(1_000_000, 1_500_001)));
    expect((await leader).hash).toBe(WANT);
    expect(kit.a.count("/slow/1.m4s")).toBe(1);
  });

  test("outlives its leader", async () => {
    kit.a.on("/slow/2.m4s", { body: SEGMENT, bytesPerSecond: 2 * MEGABYTE });
    const abort = new AbortController();
    const leader = fetch(`${kit.edge}/slow/2.m4s`, { signal: abort.signal }).catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const followers = Array.from({ length: 5 }, () => read(kit.edge, "/slow/2.m4s"));
    await new Promise((resolve) => setTimeout(resolve, 100));
    abort.abort();
    await leader;
    for (const { hash } of await Promise.all(followers)) expect(hash).toBe(WANT);
    expect(kit.a.count("/slow/2.m4s")).toBe(1);
  });
});

describe("an origin that breaks in the middle", () => {
  // What breaks in one case is seen by health, and the next case would not begin at it.
  beforeAll(async () => {
    const order = { kind: "pin", origin: "a" };
    const answer = await fetch(`${kit.stack.controlUrl}/api/v1/overrides`, {
      method: "POST",
      headers: { authorization: `Bearer ${kit.stack.token}` },
      body: JSON.stringify(order),
    });
    expect(answer.status).toBe(201);
  });
  const tag = { etag: '"same"' };
  const whole = (request: { headers: { range?: string } }) => {
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (start === 0) return { body: SEGMENT, headers: tag };
    const range = `bytes ${start}-${SEGMENT.length - 1}/${SEGMENT.length}`;
    return {
      status: 206,
      body: SEGMENT.subarray(start),
      headers: { ...tag, "content-range": range },
    };
  };
  const half = { body: SEGMENT.subarray(0, MEGABYTE), headers: tag };

  test.each([
    ["resets", { ...half, announcedLength: SEGMENT.length }],
    ["silent", { body: SEGMENT, headers: tag, stallAfter: MEGABYTE }],
  ])("%s: the other one continues by range", async (name, answer) => {
    const path = `/${name}/0.m4s`;
    kit.a.on(path, answer);
    kit.b.on(path, (request) => whole(request as never));
    const answers = await Promise.all([1, 2, 3].map(() => read(kit.edge, path)));
    for (const { status, hash } of answers) expect([status, hash]).toEqual([200, WANT]);
    expect([kit.a.count(path), kit.b.count(path)]).toEqual([1, 1]);
    expect(phase((await read(kit.edge, path)).headers)).toMatch(/hit/);
  });

  test("another file under the same name never continues it: the connection is cut", async () => {
    const path = "/replaced/0.m4s";
    const other = toBody(2, SEGMENT.length);
    kit.a.on(path, (_request, count) =>
      count === 1
        ? { ...half, announcedLength: SEGMENT.length }
        : { body: other, headers: { etag: '"new"' } },
    );
    kit.b.on(path, { body: other, headers: { etag: '"new"' } });
    await expect(read(kit.edge, path)).rejects.toThrow();
    expect((await read(kit.edge, path)).hash).toBe(toHash(other));
  });

  test("a chunked body that breaks off is not taken for a whole one", async () => {
    const path = "/single/chunked.m4s";
    kit.a.on(path, { body: SEGMENT, cutAfter: 700_000 });
    expect((await read(kit.edge, path)).status).toBe(502);
    kit.a.on(path, { body: SEGMENT, headers: { "transfer-encoding": "chunked" } });
    expect((await read(kit.edge, path)).hash).toBe(WANT);
    await expect
      .poll(async () => phase((await read(kit.edge, path)).headers))
      .toMatch(/hit; .*detail=l1/);
  });
});

describe("a film in one file", () => {
  const FILM = toBody(9, 40 * MEGABYTE);
  const asked: string[] = [];

  test("is read in aligned pieces, each once, and cut to what was asked for", async () => {
    kit.a.on("/film/all.mp4", (request) => {
      const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "");
      asked.push(request.headers.range ?? "whole");
      const headers = { etag: '"film"', "accept-ranges": "bytes" };
      if (range === null) return { body: FILM, headers, bytesPerSecond: 8 * MEGABYTE };
      const [first, last] = [Number(range[1]), Number(range[2])];
      const content = { "content-range": `bytes ${first}-${last}/${FILM.length}` };
      return {
        status: 206,
        body: FILM.subarray(first, last + 1),
        headers: { ...headers, ...content },
      };
    });
    const slice = async (first: number, last: number) => {
      const got = await read(kit.edge, "/film/all.mp4", { range: `bytes=${first}-${last}` });
      expect(got.status).toBe(206);
      expect(got.headers.get("content-range")).toBe(`bytes ${first}-${last}/${FILM.length}`);
      expect(got.hash).toBe(toHash(FILM.subarray(first, last + 1)));
      return got.headers;
    };
    const scene = [9 * MEGABYTE + 17, 13 * MEGABYTE] as const;
    await Promise.all([slice(...scene), slice(...scene), slice(10 * MEGABYTE, 11 * MEGABYTE)]);
    await slice(FILM.length - 1_000, FILM.length - 1);
    await expect.poll(async () => phase(await slice(...scene))).toMatch(/hit; .*detail=l1/);
    const piece = 4 * MEGABYTE;
    expect([...asked].sort()).toEqual(
      [
        "whole",
        `bytes=${2 * piece}-${3 * piece - 1}`,
        `bytes=${3 * piece}-${4 * piece - 1}`,
        `bytes=${9 * piece}-${10 * piece - 1}`,
      ].sort(),
    );
    const beyond = { range: `bytes=${FILM.length}-` };
    expect((await read(kit.edge, "/film/all.mp4", beyond)).status).toBe(416);
    expect((await read(kit.edge, "/film/all.mp4", { range: "bytes=0-0,5-6" })).hash).toBe(
      toHash(FILM),
    );
  });
});

describe("bytes that are not what the origin says", () => {
  const damaged = Buffer.from(SEGMENT);
  damaged[1_500_000] = (damaged[1_500_000] ?? 0) ^ 1;
  const digest = { "content-md5": toMd5(SEGMENT, "base64") };

  test("are replaced before anybody gets one, if another origin has the right ones", async () => {
    kit.a.on("/digest/0.m4s", { body: damaged, headers: digest });
    kit.b.on("/digest/0.m4s", { body: SEGMENT, headers: digest });
    const { status, hash } = await read(kit.edge, "/digest/0.m4s");
    expect([status, hash]).toEqual([200, WANT]);
    expect(phase((await read(kit.edge, "/digest/0.m4s")).headers)).toMatch(/hit|collapsed/);
  });

  test("are never a whole body and never stored, if nobody has others", async () => {
    kit.a.on("/single/0.m4s", { body: damaged, headers: digest });
    await expect(read(kit.edge, "/single/0.m4s")).rejects.toThrow();
    kit.a.on("/single/0.m4s", { body: SEGMENT, headers: digest });
    expect((await read(kit.edge, "/single/0.m4s")).hash).toBe(WANT);
  });
});

describe("the hot tier", () => {
  const setTier = async (mode: string) => {
    for (const edge of kit.stack.edgeUrls) await fetch(`${edge}/_shim/hot-tier?mode=${mode}`);
  };

  test("keeps what one region read for all of them", async () => {
    kit.a.on("/tier/0.m4s", { body: SEGMENT });
    const [first = "", second = ""] = kit.stack.edgeUrls;
    await read(first, "/tier/0.m4s");
    await new Promise((resolve) => setTimeout(resolve, 300));
    kit.a.on("/tier/0.m4s", { status: 500 });
    const { hash, headers } = await read(second, "/tier/0.m4s");
    expect(hash).toBe(WANT);
    expect(phase(headers)).toMatch(/^weir; hit; .*detail=l2$/);
    expect(kit.a.count("/tier/0.m4s")).toBe(1);
  });

  test("has what a filler read before it was thrown out of memory", async () => {
    const path = "/tier/forgotten.m4s";
    kit.a.on(path, { body: SEGMENT, headers: { etag: '"kept"' } });
    const [first = "", ...others] = kit.stack.edgeUrls;
    expect((await read(first, path)).hash).toBe(WANT);
    await new Promise((resolve) => setTimeout(resolve, 300));
    try {
      // These edges do not find it there themselves, as if they had looked a moment too early.
      for (const edge of others) await fetch(`${edge}/_shim/hot-tier?mode=off`);
      for (const edge of others) {
        for (let at = 0; at < 16; at += 1) await fetch(`${first}/_shim/restart?object=tier/${at}`);
        expect((await read(edge, path)).hash).toBe(WANT);
      }
      expect(kit.a.count(path)).toBe(1);
    } finally {
      await setTier("ok");
    }
  });

  test.each(["fail", "hang"])("that does %s costs nobody a byte", async (mode) => {
    await setTier(mode);
    try {
      kit.a.on(`/tier/${mode}.m4s`, { body: SEGMENT });
      for (const { hash } of await sendCrowd(`/tier/${mode}.m4s`, 30)) expect(hash).toBe(WANT);
      expect(kit.a.count(`/tier/${mode}.m4s`)).toBe(1);
    } finally {
      await setTier("ok");
    }
  });
});
