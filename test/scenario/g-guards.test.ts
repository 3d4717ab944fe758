// g-: guards, prefetches and what is counted of them. A live channel's origin is asked for a file
// only if a version announced it; a file that is announced is on its way before a viewer asks; and
// the ledger of what origins were asked agrees with what they saw.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHANNEL_FILLS_MAX } from "../../workers/core/origin/bulkhead.ts";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { type LiveScript, startLiveScript } from "../kit/live-script.ts";

let kit: EdgeStack;
const scripts: LiveScript[] = [];

beforeAll(async () => {
  kit = await startEdgeStack(
    [
      { id: "names" },
      { id: "asleep" },
      { id: "near" },
      { id: "query", policy: 'strip = ["sid"]' },
      { id: "outside" },
      { id: "dark" },
      { id: "ahead" },
      { id: "counted" },
      { id: "marked", mode: "vod", policy: 'strip = ["sid"]' },
      { id: "wished" },
      { id: "hot", policy: "hot_tier = true" },
      { id: "crowded", mode: "vod" },
      { id: "calm", mode: "vod" },
      { id: "told", mode: "vod" },
    ],
    { edges: 2, shim: { evictionChance: 0 } },
  );
});
afterAll(async () => {
  for (const script of scripts) script.stop();
  await kit?.stop();
});

function start(id: string, segmentMs = 1_000) {
  const script = startLiveScript({ origin: kit.a, path: `/${id}/index.m3u8`, segmentMs });
  scripts.push(script);
  return script;
}

const VIDEO = { headers: { "content-type": "video/mp2t" }, body: "media" };

async function reason(response: Response): Promise<string> {
  const { type } = (await response.json()) as { type: string };
  return type.replace("urn:weir:problem:", "");
}

async function until(check: () => boolean | Promise<boolean>, waitMs: number): Promise<boolean> {
  const endMs = Date.now() + waitMs;
  while (Date.now() < endMs) {
    if (await check()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

describe("names", () => {
  test("that no version announced cost no origin request", async () => {
    start("names", 2_000);
    await (await kit.get("/names/index.m3u8")).text();
    for (const name of ["strange.ts", "s1x.ts", "other/s100.ts", "s100.m4s"]) {
      const response = await kit.get(`/names/${name}`);
      expect(response.status).toBe(404);
      expect(response.headers.get("cache-status")).toBe("weir; detail=not-announced");
      expect(await reason(response)).toBe("not-announced");
      expect(kit.a.count(`/names/${name}`)).toBe(0);
    }
  });

  test("that were announced are served at an edge that never showed them", async () => {
    const [, far = ""] = kit.stack.edgeUrls;
    const text = await (await kit.get("/names/index.m3u8")).text();
    const name = text.split("\n").findLast((line) => line.endsWith(".ts"));
    const response = await fetch(`${far}/names/${name}`);
    expect(response.status).toBe(200);
    await response.text();
  });

  test("of a channel that nobody watches wake it", async () => {
    const script = start("asleep", 2_000);
    const startedAtMs = Date.now();
    const response = await kit.get(`/asleep/s${script.newest()}.ts`);
    expect(response.status).toBe(200);
    await response.text();
    expect(Date.now() - startedAtMs).toBeLessThan(2_000);
    expect((await kit.get("/asleep/strange.ts")).status).toBe(404);
    expect(kit.a.count("/asleep/strange.ts")).toBe(0);
  });

  test("of the near future are waited for, and never asked for too early", async () => {
    const script = start("near", 2_000);
    await (await kit.get("/near/index.m3u8")).text();
    // Just published: the next one is two seconds away, longer than anybody waits.
    const shown = script.newest();
    await until(() => script.newest() > shown, 3_000);
    const next = script.newest() + 1;
    const early = await kit.get(`/near/s${next}.ts`);
    expect(early.status).toBe(404);
    expect(await reason(early)).toBe("not-yet");
    expect(early.headers.get("cache-control")).toBe("no-store");
    expect(kit.a.count(`/near/s${next}.ts`)).toBe(0);
    // Just before its time it is worth the wait, while somebody watches.
    const watching = setInterval(() => void kit.get("/near/index.m3u8"), 100);
    await until(() => Date.now() > script.publishedAtMs(next) - 250, 3_000);
    const late = await kit.get(`/near/s${next}.ts`);
    clearInterval(watching);
    expect(late.status).toBe(200);
    expect(Date.now()).toBeGreaterThanOrEqual(script.publishedAtMs(next));
    await late.text();
  });

  test("of a channel that has no playlist at all are its origin's to judge", async () => {
    kit.a.on("/dark/1.ts", VIDEO);
    const response = await kit.get("/dark/1.ts");
    expect(response.status).toBe(200);
    await response.text();
  });

  test("of a playlist beside the ledger are known at every edge", async () => {
    const master = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv/a.m3u8\n";
    const list = (name: string) =>
      `#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n${name}\n#EXT-X-ENDLIST\n`;
    kit.a.on("/outside/index.m3u8", { body: master });
    kit.a.on("/outside/v/a.m3u8", { body: list("1.ts") });
    kit.a.on("/outside/v/b.m3u8", { body: list("only-b.ts") });
    kit.a.on("/outside/v/only-b.ts", VIDEO);
    const [, far = ""] = kit.stack.edgeUrls;
    for (const path of ["index.m3u8", "v/a.m3u8", "v/b.m3u8"]) {
      expect((await kit.get(`/outside/${path}`)).status).toBe(200);
    }
    const response = await fetch(`${far}/outside/v/only-b.ts`);
    expect(response.status).toBe(200);
    await response.text();
    expect((await fetch(`${far}/outside/v/only-c.ts`)).status).toBe(404);
    expect(kit.a.count("/outside/v/only-c.ts")).toBe(0);
  });
});

test("a query is identity if it was announced, and nothing else is", async () => {
  const text = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n1.ts?v=2&sid=77\n#EXT-X-ENDLIST\n";
  kit.a.on("/query/index.m3u8", { body: text });
  kit.a.on("/query/1.ts?v=2", VIDEO);
  kit.a.on("/query/1.ts", VIDEO);
  await (await kit.get("/query/index.m3u8")).text();
  const status = async (query: string) => {
    const response = await kit.get(`/query/1.ts${query}`);
    await response.arrayBuffer();
    return response.status;
  };
  expect(await status("?v=2&sid=77")).toBe(200);
  expect(await status("?v=2")).toBe(200);
  expect(await status("?sid=1&v=2&CMCD=bl%3D100&_HLS_msn=3")).toBe(200);
  expect(await status("?v=3")).toBe(404);
  expect(await status("?v=2&x=1")).toBe(404);
  expect(await status("")).toBe(404);
  expect(kit.a.count("/query/1.ts?v=2")).toBe(1);
  expect(kit.a.count("/query/1.ts")).toBe(0);
});

test("a library's queries are marked, and only marked ones are asked for", async () => {
  const text = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n1.ts?v=2&sid=77\n#EXT-X-ENDLIST\n";
  kit.a.on("/marked/index.m3u8", { body: text });
  kit.a.on("/marked/1.ts?v=2", VIDEO);
  kit.a.on("/marked/1.ts?v=3", VIDEO);
  const list = await (await kit.get("/marked/index.m3u8")).text();
  const [, uri = "", mark = ""] = /^(1\.ts\?v=2&sid=77&~h=([\w-]{22}))$/m.exec(list) ?? [];
  expect(uri).not.toBe("");
  const [, far = ""] = kit.stack.edgeUrls;
  expect(await (await fetch(`${far}/marked/index.m3u8`)).text()).toBe(list);
  const status = async (query: string) => {
    const response = await kit.get(`/marked/1.ts?${query}`);
    await response.arrayBuffer();
    return response.status;
  };
  expect(await status(uri.slice(5))).toBe(200);
  expect(await status(`v=2&sid=78&CMCD=bl%3D1&~h=${mark}`)).toBe(200);
  expect(await status("v=2")).toBe(404);
  expect(await status(`v=3&~h=${mark}`)).toBe(404);
  expect(await status(`v=2&~h=${mark}x`)).toBe(404);
  expect(kit.a.count("/marked/1.ts?v=2")).toBe(1);
  expect(kit.a.count("/marked/1.ts?v=3")).toBe(0);
});

test("what a player says it wants next is fetched behind its answer, if it exists", async () => {
  const script = start("wished", 2_000);
  await (await kit.get("/wished/index.m3u8")).text();
  const [old, next] = [script.newest() - 3, script.newest() - 2];
  const ask = async (name: string, cmcd: string) => {
    await (await kit.get(`/wished/${name}?CMCD=${encodeURIComponent(cmcd)}`)).text();
    await new Promise((resolve) => setTimeout(resolve, 300));
  };
  await ask(`s${old}.ts`, `bl=4000,bs,nor="s${next}.ts"`);
  expect(kit.a.count(`/wished/s${next}.ts`)).toBe(0);
  await ask(`s${old}.ts`, `bl=4000,nor="s${next}.ts"`);
  expect(kit.a.count(`/wished/s${next}.ts`)).toBe(1);
  const hit = await kit.get(`/wished/s${next}.ts`);
  expect(hit.headers.get("cache-status")).toMatch(/^weir; hit/);
  await hit.text();
  // Version 2; and what nobody announced is nobody's wish.
  await ask(`s${old}.ts`, `nor=("strange.ts" "s${next + 90}.ts"),v=2`);
  expect(kit.a.count("/wished/strange.ts")).toBe(0);
  expect(kit.a.count(`/wished/s${next + 90}.ts`)).toBe(0);
});

test("what is announced is on its way before anybody asks, and comes once", async () => {
  const script = start("ahead");
  const watching = setInterval(() => void kit.get("/ahead/index.m3u8"), 100);
  await until(() => kit.a.count(`/ahead/s${script.newest()}.ts`) > 0, 5_000);
  const first = script.newest() + 1;
  await until(() => script.newest() > first + 2, 6_000);
  for (let segment = first; segment <= first + 2; segment++) {
    const response = await kit.get(`/ahead/s${segment}.ts`);
    expect(await response.text()).toContain(`/ahead/s${segment}.ts`);
    expect(response.headers.get("cache-status")).toMatch(/^weir; hit/);
    expect(kit.a.count(`/ahead/s${segment}.ts`)).toBe(1);
  }
  clearInterval(watching);
});

test("with the hot tier what is announced is read once for all edges", async () => {
  const script = start("hot");
  const watching = setInterval(() => {
    for (const edge of kit.stack.edgeUrls) void fetch(`${edge}/hot/index.m3u8`);
  }, 100);
  await until(() => kit.a.count(`/hot/s${script.newest()}.ts`) > 0, 6_000);
  const first = script.newest() + 1;
  await until(() => script.newest() > first + 2, 6_000);
  for (let segment = first; segment <= first + 2; segment++) {
    for (const edge of kit.stack.edgeUrls) {
      const response = await fetch(`${edge}/hot/s${segment}.ts`);
      expect(await response.text()).toContain(`/hot/s${segment}.ts`);
    }
    expect(kit.a.count(`/hot/s${segment}.ts`)).toBe(1);
  }
  clearInterval(watching);
});

test("a channel whose origin is slow fills its own bulkhead, and nobody else's", async () => {
  const slow = Promise.withResolvers<void>();
  kit.a.onPrefix("/crowded/", { ...VIDEO, hold: slow.promise });
  kit.a.on("/calm/1.ts", VIDEO);
  const room = Math.floor(CHANNEL_FILLS_MAX * 0.875);
  const ask = async (number: number) => {
    const response = await kit.get(`/crowded/${number}.ts`);
    await response.arrayBuffer();
    return response;
  };
  const waiting = Array.from({ length: room }, (_, number) => ask(number));
  const asked = () =>
    Array.from({ length: room }, (_, number) => kit.a.count(`/crowded/${number}.ts`));
  expect(await until(() => asked().every((count) => count === 1), 8_000)).toBe(true);
  const refused = await ask(room);
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(refused.headers.get("cmsd-dynamic")).toMatch(/^"weir";du;/);
  expect(kit.a.count(`/crowded/${room}.ts`)).toBe(0);
  expect((await kit.get("/calm/1.ts")).status).toBe(200);
  slow.resolve();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(
    Array.from({ length: room }, () => 200),
  );
  expect((await ask(room)).status).toBe(200);
});

test("an origin's CMSD-Static is kept with the file, the edge's own words are not", async () => {
  const headers = { ...VIDEO.headers, "cmsd-static": 'ot=v,br=3200,n="pack"' };
  kit.a.on("/told/1.ts", { ...VIDEO, headers });
  for (const phase of [/fwd=uri-miss/, /hit/]) {
    const response = await kit.get("/told/1.ts");
    await response.arrayBuffer();
    expect(response.headers.get("cache-status")).toMatch(phase);
    expect(response.headers.get("cmsd-static")).toBe('ot=v,br=3200,n="pack"');
    expect(response.headers.get("cmsd-dynamic")).toMatch(/^"weir";rd=\d+/);
    expect(response.headers.get("server-timing")).toMatch(/cache;desc="(uri-miss|hit-l[01])"/);
  }
});

test("what was served and asked can be read at control", async () => {
  start("counted");
  for (let count = 0; count < 3; count++) {
    await (await kit.get("/counted/index.m3u8")).text();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const text = await (await kit.get("/counted/index.m3u8")).text();
  const name = text.split("\n").findLast((line) => line.endsWith(".ts"));
  for (let count = 0; count < 4; count++) await (await kit.get(`/counted/${name}`)).text();
  const read = async () => {
    await (await kit.get("/counted/missing.ts")).text();
    const metrics = await fetch(`${kit.stack.controlUrl}/metrics`);
    return metrics.text();
  };
  // Told by several isolates and reports, which come in any order.
  const lines = [
    /weir_requests_total\{[^}]*channel="counted"[^}]*kind="segment"[^}]*hit-l1/,
    /weir_requests_total\{[^}]*channel="counted"[^}]*http-404[^}]*\} [1-9]/,
    /weir_egress_total\{[^}]*origin="a",cause="announced",outcome="http-200"/,
    /weir_egress_total\{[^}]*cause="live-edge",outcome="http-200"/,
    /weir_egress_bytes_total\{[^}]*origin="a"[^}]*\} [1-9]/,
    /weir_prefetches_total\{[^}]*channel="counted"[^}]*\} [1-9]/,
  ];
  let metrics = "";
  const isCounted = async () => {
    metrics = await read();
    return lines.every((line) => line.test(metrics));
  };
  await until(isCounted, 12_000);
  for (const line of lines) expect(metrics).toMatch(line);
});
