// x-: what operators see. Explanations of viewer URLs, and the metrics' page of a stack that works.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Explanation } from "../../workers/core/contract/explain.ts";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { printLive, printVod } from "../kit/playlists.ts";

const SECRET_QUERY = "session=s3cr3t-of-a-viewer";
let kit: EdgeStack;

beforeAll(async () => {
  kit = await startEdgeStack([
    { id: "film", mode: "vod", origins: ["a", "b"] },
    { id: "news", mode: "live", origins: ["a", "b"] },
    { id: "dead", mode: "vod" },
  ]);
  kit.a.on("/film/index.m3u8", { body: printVod(3), headers: { "cache-control": "max-age=90" } });
  kit.a.on("/film/0.ts", { body: "first", headers: { etag: '"0"' } });
  kit.a.on("/film/1.ts", { status: 503 });
  kit.b.on("/film/1.ts", { body: "second", headers: { etag: '"1"' } });
  for (const origin of [kit.a, kit.b]) {
    origin.on("/news/index.m3u8", { body: printLive(10, 15) });
    origin.on("/news/12.ts", { body: "news", headers: { etag: '"12"' } });
  }
});
afterAll(() => kit?.stop());

interface Answer {
  readonly path: string;
  readonly channel: string | null;
  readonly verdicts: readonly { readonly origin: string; readonly verdict: string }[];
  readonly regions: readonly {
    readonly region: string;
    readonly explanation: Explanation | null;
    readonly detail: string | null;
  }[];
}

async function ask(url: string, more = ""): Promise<Response> {
  const query = `url=${encodeURIComponent(url)}${more}`;
  return fetch(`${kit.stack.controlUrl}/api/v1/explain?${query}`);
}

async function explain(url: string): Promise<{ whole: Answer; here: Explanation; text: string }> {
  const reply = await ask(url);
  const text = await reply.text();
  expect(reply.status, text).toBe(200);
  const whole = JSON.parse(text) as Answer;
  const here = whole.regions[0]?.explanation;
  if (here === null || here === undefined) throw new Error(text);
  return { whole, here, text };
}

describe("a library's file", () => {
  test("that nobody has: origin, lifetime and reply", async () => {
    const { whole, here } = await explain(`${kit.edge}/film/0.ts`);
    expect(whole).toMatchObject({ path: "/film/0.ts", channel: "film" });
    expect(here).toMatchObject({
      policy: { catalogVersion: 1 },
      route: { kind: "asset", channel: "film", path: "0.ts", timeline: 0, hasToken: false },
      grant: { policy: "open" },
      choice: { current: 0, timelines: [{ n: 0, origins: ["a", "b"] }] },
      asset: { kind: "segment", path: "0.ts", timeline: 0, host: null, query: "" },
      key: "/film/0.ts",
      tiers: [{ tier: "l1", isFound: false }],
      origins: [{ originId: "a", cause: "viewer", path: "/film/0.ts", outcome: "http-200" }],
      lifetime: { originId: "a", isStorable: true, inputs: { policy: "spec", mode: "vod" } },
      ledger: null,
      reply: { status: 200, problem: null },
    });
    expect(Reflect.get(here.lifetime ?? {}, "sentence")).toMatch(/^[A-Z].*\.$/);
    expect(here.reply.headers["cache-status"]).toMatch(/^weir; fwd=uri-miss/);
  });

  test("is what the next viewer gets: the same walk fills the same cache", async () => {
    const viewer = await kit.get("/film/0.ts");
    expect(viewer.headers.get("cache-status")).toMatch(/^weir; hit/);
    expect(kit.a.count("/film/0.ts")).toBe(1);
    const { here } = await explain("/film/0.ts");
    expect(here.origins).toEqual([]);
    expect(here.reply.headers["cache-status"]).toMatch(/^weir; hit/);
    expect(here.reply.headers["etag"]).toBe(viewer.headers.get("etag"));
  });

  test("that one origin cannot give: who was asked, and who helped", async () => {
    const { here } = await explain("/film/1.ts");
    expect(here.origins.map(({ originId, outcome }) => `${originId} ${outcome}`)).toEqual([
      "a http-503",
      "b http-200",
    ]);
    expect(here.lifetime?.originId).toBe("b");
  });

  test("a playlist: the rule of its lifetime and what the rule looked at", async () => {
    const { here } = await explain("/film/index.m3u8");
    expect(here.lifetime).toMatchObject({
      reason: "origin",
      inputs: { cacheControl: "max-age=90", targetDurationSeconds: 2, hasEnded: true },
    });
    expect(here.lifetime?.freshForMs).toBeGreaterThan(60_000);
  });
});

describe("a live channel", () => {
  test("its playlist: who feeds it, and by which generation", async () => {
    const { here } = await explain("/news/index.m3u8");
    expect(here.ledger).toMatchObject({ kind: "playlist", generation: 1, lastMsn: 15 });
    expect(["a", "b"]).toContain(here.ledger?.kind === "playlist" && here.ledger.originId);
    expect(here.lifetime?.inputs).toMatchObject({ mode: "live", targetDurationSeconds: 2 });
  });

  test("its file: where the ledger has the bytes", async () => {
    await (await kit.get("/news/index.m3u8")).text();
    const { here } = await explain("/news/12.ts");
    expect(here.reply.status).toBe(200);
    expect(here.ledger?.kind).toBe("file");
  });

  test("a name that nobody announced: refused before an origin is asked", async () => {
    const { here } = await explain("/news/999.ts");
    expect(here.reply).toMatchObject({ status: 404 });
    expect(here.reply.problem?.reason).toMatch(/^not-(announced|yet)$/);
    expect(here.origins).toEqual([]);
  });
});

describe("what is not served", () => {
  test.each([
    { url: "/nobody/index.m3u8", status: 404, reason: "unknown-channel" },
    { url: "/film/@t7/0.ts", status: 404, reason: "unknown-timeline" },
    { url: "/film/%zz.ts", status: 400, reason: "bad-path" },
    { url: "/dead/0.ts", status: 404, reason: "not-found" },
  ])("$url", async ({ url, status, reason }) => {
    const { here } = await explain(url);
    expect(here.reply).toMatchObject({ status, problem: { reason } });
    expect((await kit.get(url)).status).toBe(status);
  });

  test.each([
    { name: "no URL", url: "", more: "" },
    { name: "another place", url: "/_/probe?bytes=16000000", more: "" },
    { name: "no such region", url: "/film/0.ts", more: "&region=mars" },
  ])("$name is refused", async ({ url, more }) => {
    expect((await ask(url, more)).status).toBe(400);
  });
});

test("tokens, and queries that are the player's, are not repeated", async () => {
  const { text, here } = await explain(`/~to.ken-of-a-viewer/film/index.m3u8?${SECRET_QUERY}`);
  expect(here.route).toMatchObject({ hasToken: true });
  expect(here.reply.status).toBe(200);
  expect(text).not.toContain("to.ken-of-a-viewer");
  expect(text).not.toContain("s3cr3t");
});

describe("/metrics", () => {
  test("tells what the edges did", async () => {
    await (await kit.get("/film/0.ts")).text();
    const said = [
      'weir_tier_requests_total{region="enam",channel="film",kind="segment",tier="l1"}',
      'weir_lifetimes_total{region="enam",channel="film",kind="segment",reason="immutable-name"}',
      'weir_request_duration_seconds_count{region="enam",channel="film",kind="segment"}',
      'weir_egress_total{region="enam",origin="b",cause="viewer",outcome="http-200"}',
      'weir_policy_age_seconds{region="enam"}',
    ];
    let text = "";
    await expect
      .poll(
        async () => {
          // Counts ride on the first request after five seconds.
          await (await kit.get("/film/0.ts")).text();
          text = await (await fetch(`${kit.stack.controlUrl}/metrics`)).text();
          return said.filter((each) => !text.includes(`${each} `));
        },
        { timeout: 20_000, interval: 500 },
      )
      .toEqual([]);
    expect(text).toContain('weir_gate_up{region="enam"} 1');
  });
});
