// l-: live playlists, pushed. However many viewers there are and however many edges, the origin is
// asked once per version where it can block and a handful of times where it cannot; nobody sees a
// number go back, whatever becomes of the objects in between; and nobody watches what nobody wants.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { type LiveScript, startLiveScript } from "../kit/live-script.ts";
import { watchLive } from "../kit/live-viewer.ts";
import { printLive, withPromises } from "../kit/playlists.ts";

let kit: EdgeStack;
const scripts: LiveScript[] = [];

beforeAll(async () => {
  kit = await startEdgeStack(
    [
      { id: "polled" },
      { id: "blocking" },
      { id: "shaken" },
      { id: "idle" },
      { id: "same" },
      { id: "lost" },
      { id: "absent" },
      { id: "ladder" },
    ],
    { edges: 3, shim: { evictionChance: 0 } },
  );
});
afterAll(async () => {
  for (const script of scripts) script.stop();
  await kit?.stop();
});

function start(
  id: string,
  more: { readonly blocking?: boolean; readonly segmentMs?: number } = {},
) {
  const script = startLiveScript({ origin: kit.a, path: `/${id}/index.m3u8`, ...more });
  scripts.push(script);
  return script;
}

/** Viewers at every edge; what they saw, all together. */
async function watchEverywhere(id: string, viewers: number, lastMs: number) {
  const untilMs = Date.now() + lastMs;
  const reports = await Promise.all(
    Array.from({ length: viewers }, (_, index) => {
      const edge = kit.stack.edgeUrls[index % kit.stack.edgeUrls.length];
      return watchLive(`${edge}/${id}/index.m3u8`, untilMs);
    }),
  );
  return {
    sights: reports.flatMap(({ sights }) => sights),
    failed: reports.flatMap(({ failed }) => failed.map(({ text }) => text)),
    regressions: reports.reduce((sum, each) => sum + each.regressions, 0),
    changed: reports.flatMap(({ changed }) => changed),
  };
}

describe("one version, however many viewers", () => {
  test("an origin that cannot block is asked a few times", async () => {
    const script = start("polled", { segmentMs: 2_000 });
    await watchEverywhere("polled", 3, 5_000);
    const before = { count: kit.a.count("/polled/index.m3u8"), newest: script.newest() };
    const { failed, regressions, changed, sights } = await watchEverywhere("polled", 24, 8_000);
    const versions = script.newest() - before.newest;
    expect(failed).toEqual([]);
    expect(changed).toEqual([]);
    expect(regressions).toBe(0);
    expect(sights.length).toBeGreaterThan(500);
    const count = kit.a.count("/polled/index.m3u8") - before.count;
    expect(count / versions).toBeLessThanOrEqual(10);
    expect(count).toBeGreaterThanOrEqual(versions);
  });

  test("an origin that can block is asked once", async () => {
    const script = start("blocking", { blocking: true });
    await watchEverywhere("blocking", 3, 2_000);
    const before = { count: kit.a.count("/blocking/index.m3u8"), newest: script.newest() };
    const { failed, regressions, sights } = await watchEverywhere("blocking", 24, 5_000);
    const versions = script.newest() - before.newest;
    expect(failed).toEqual([]);
    expect(regressions).toBe(0);
    expect(sights.length).toBeGreaterThan(300);
    const count = kit.a.count("/blocking/index.m3u8") - before.count;
    expect(Math.abs(count - versions)).toBeLessThanOrEqual(1);
  });

  test("nobody asks for what nobody watches", async () => {
    start("idle");
    await watchEverywhere("idle", 3, 2_000);
    await new Promise((resolve) => setTimeout(resolve, 13_000));
    const count = kit.a.count("/idle/index.m3u8");
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(kit.a.count("/idle/index.m3u8")).toBe(count);
    // And it begins again when somebody comes back.
    const { failed, sights } = await watchEverywhere("idle", 1, 1_000);
    expect(failed).toEqual([]);
    expect(sights.length).toBeGreaterThan(2);
  });
});

describe("every answer", () => {
  test("is the same at every edge, and a validator saves it", async () => {
    kit.a.on("/same/index.m3u8", { body: printLive(1, 60) });
    for (const edge of kit.stack.edgeUrls) {
      const first = await fetch(`${edge}/same/index.m3u8`);
      const text = await first.text();
      expect(text).toBe(withPromises(printLive(1, 60), "CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12"));
      const tag = first.headers.get("etag") ?? "";
      expect(tag).toMatch(/^".+-gz"$/);
      for (const known of [tag, tag.replace("-gz", ""), `W/${tag}, "other"`]) {
        const again = await fetch(`${edge}/same/index.m3u8`, {
          headers: { "if-none-match": known },
        });
        expect(again.status).toBe(304);
        expect(again.headers.get("cache-control")).toMatch(/^public, max-age=\d+/);
      }
      const head = await fetch(`${edge}/same/index.m3u8`, { method: "HEAD" });
      expect(head.headers.get("etag")).toBe(tag);
    }
  });

  test("follows the multivariant playlist, and serves what that does not name too", async () => {
    const master = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv/a.m3u8\n";
    kit.a.on("/ladder/index.m3u8", { body: master });
    for (const name of ["v/a", "v/b"]) kit.a.on(`/ladder/${name}.m3u8`, { body: printLive(1, 6) });
    const read = async (path: string) => {
      const response = await kit.get(`/ladder/${path}`);
      return `${response.status} ${await response.text()}`;
    };
    expect(await read("index.m3u8")).toBe(`200 ${master}`);
    // Also what was given before any origin fed the channel says whose it is.
    const again = await kit.get("/ladder/index.m3u8");
    expect(again.headers.get("server-timing")).toContain('origin;desc="a"');
    const named = withPromises(printLive(1, 6));
    expect(await read("v/a.m3u8")).toBe(`200 ${named}`);
    expect(await read("v/b.m3u8")).toBe(`200 ${printLive(1, 6)}`);
    expect(await read("v/c.m3u8")).toMatch(/^404 /);
    expect(kit.a.count("/ladder/index.m3u8")).toBe(1);
  });

  test("says what is absent, and asks again when its time is over", async () => {
    const answer = await kit.get("/absent/index.m3u8");
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain("urn:weir:problem:not-found");
    start("absent");
    await expect
      .poll(async () => (await kit.get("/absent/index.m3u8")).status, { timeout: 10_000 })
      .toBe(200);
  });
});

describe("objects that go", () => {
  test("a coordinator that vanishes is succeeded by the next generation", async () => {
    // Two target durations of silence, and the last good copy stands for three: a slow machine
    // needs the room.
    start("lost", { segmentMs: 2_000 });
    await watchEverywhere("lost", 3, 4_500);
    await fetch(`${kit.edge}/_shim/vanish?object=${encodeURIComponent("lost#g1")}`);
    const { sights, failed, regressions, changed } = await watchEverywhere("lost", 6, 9_000);
    expect(failed).toEqual([]);
    expect(changed).toEqual([]);
    expect(regressions).toBe(0);
    const last = sights.reduce((most, sight) => Math.max(most, sight.lastDateMs), 0);
    expect(Date.now() - last).toBeLessThan(6_000);
    // The old one comes back, and nobody listens to it any more.
    await fetch(`${kit.edge}/_shim/return?object=${encodeURIComponent("lost#g1")}`);
    const after = await watchEverywhere("lost", 3, 3_000);
    expect(after.failed).toEqual([]);
    expect(after.regressions).toBe(0);
  });
});

describe("objects that are thrown out at random", () => {
  let shaky: EdgeStack;
  beforeAll(async () => {
    shaky = await startEdgeStack([{ id: "shaken" }], { edges: 1, shim: { evictionChance: 0.3 } });
  });
  afterAll(() => shaky?.stop());

  test("cost no viewer an answer", async () => {
    const script = startLiveScript({ origin: shaky.a, path: "/shaken/index.m3u8" });
    scripts.push(script);
    const untilMs = Date.now() + 12_000;
    const reports = await Promise.all(
      Array.from({ length: 6 }, () => watchLive(`${shaky.edge}/shaken/index.m3u8`, untilMs)),
    );
    for (const { failed, regressions, changed, sights } of reports) {
      expect(failed.map(({ text }) => text)).toEqual([]);
      expect(changed).toEqual([]);
      expect(regressions).toBe(0);
      const last = sights.at(-1)?.lastDateMs ?? 0;
      expect(Date.now() - last).toBeLessThan(4_000);
    }
  });
});
