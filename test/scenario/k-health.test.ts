// k-: the keepers of health, on real workers in three regions. An origin that fails is known and
// left, whatever it fails by; what operators say is obeyed, and survives a restart; edges go on
// without control; and a crowd that does not fit is kept out without harm to those who are in.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Override } from "../../workers/core/health/operators/override.ts";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { type LiveScript, startLiveScript } from "../kit/live-script.ts";
import { toUris, watchLive } from "../kit/live-viewer.ts";
import { printLive, printVod } from "../kit/playlists.ts";

const BOTH = ["a", "b"] as const;
/** Edges act on a policy within a second; a busy machine is given some more. */
const SLACK_MS = 4_000;

interface Route {
  readonly id: string;
  readonly order: readonly string[];
  readonly reason: string;
}

/** The health centre's calls, as other parts of control make them. */
async function healthOf({ stack }: EdgeStack) {
  const namespace = await stack.miniflare.getDurableObjectNamespace("HEALTH", "weir-control");
  // biome-ignore lint/suspicious/noExplicitAny: the calls of an object behind Miniflare's proxy.
  return namespace.getByName("main") as any;
}

async function routeOf({ stack }: EdgeStack, id: string): Promise<Route | undefined> {
  const response = await fetch(`${stack.controlUrl}/api/v1/routes`);
  const { channels } = (await response.json()) as { channels: readonly Route[] };
  return channels.find((channel) => channel.id === id);
}

async function verdictOf({ stack }: EdgeStack, id: string): Promise<string> {
  const response = await fetch(`${stack.controlUrl}/api/v1/origins`);
  const body = (await response.json()) as {
    origins: readonly { id: string; verdict: string; reasons: readonly string[] }[];
  };
  const origin = body.origins.find((each) => each.id === id);
  return `${origin?.verdict} ${origin?.reasons.join(" ")}`.trim();
}

const wait = (waitMs: number) => new Promise((resolve) => setTimeout(resolve, waitMs));

/** Reads again and again until it is as wanted; fails after a while with what it is instead. */
async function until(read: () => Promise<unknown>, want: string | RegExp, limitMs = 20_000) {
  const endMs = Date.now() + limitMs;
  for (;;) {
    const found = String(await read());
    if (typeof want === "string" ? found === want : want.test(found)) return;
    if (Date.now() > endMs) throw new Error(`It is ${found}, and should be ${want}.`);
    await wait(100);
  }
}

const leads = (kit: EdgeStack, channel: string, origin: string) =>
  until(async () => (await routeOf(kit, channel))?.order[0], origin);
const isJudged = (kit: EdgeStack, origin: string, want: string | RegExp, limitMs?: number) =>
  until(() => verdictOf(kit, origin), want, limitMs);

describe("an origin that fails under viewers", () => {
  let kit: EdgeStack;
  const scripts: LiveScript[] = [];
  beforeAll(async () => {
    kit = await startEdgeStack([{ id: "news", origins: BOTH }], {
      edges: 3,
      probes: "honest",
      shim: { evictionChance: 0 },
      prepare: (...origins) => {
        for (const origin of origins) {
          scripts.push(startLiveScript({ origin, path: "/news/index.m3u8", segmentMs: 2_000 }));
        }
      },
    });
    await leads(kit, "news", "a");
    for (const id of BOTH) await isJudged(kit, id, "green");
  });
  afterAll(async () => {
    for (const script of scripts) script.stop();
    await kit?.stop();
  });

  /** Viewers at every edge who fetch what they are told of; what was no good answer. */
  async function view(untilMs: number): Promise<readonly string[]> {
    const failed: string[] = [];
    await Promise.all(
      kit.stack.edgeUrls.map(async (edge) => {
        const known = new Set<string>();
        while (Date.now() < untilMs) {
          const playlist = await fetch(`${edge}/news/index.m3u8`);
          const text = await playlist.text();
          if (playlist.status !== 200) failed.push(`${playlist.status} ${text}`);
          for (const uri of playlist.status === 200 ? toUris(text).slice(-3) : []) {
            if (known.has(uri)) continue;
            known.add(uri);
            const segment = await fetch(`${edge}/news/${uri}`);
            if (segment.status !== 200) failed.push(`${segment.status} ${await segment.text()}`);
            else await segment.arrayBuffer();
          }
          await wait(150);
        }
      }),
    );
    return failed;
  }

  test("is left within a second, and nobody sees it", async () => {
    const untilMs = Date.now() + 14_000;
    const viewing = view(untilMs);
    await wait(4_000);
    const brokenAtMs = Date.now();
    kit.a.setBroken("reset");
    await isJudged(kit, "a", /^red failing/);
    const knownMs = Date.now() - brokenAtMs;
    expect(await viewing).toEqual([]);
    expect(knownMs).toBeLessThan(2_000 + SLACK_MS);
    await leads(kit, "news", "b");
    // Playlists are looked at by whoever watches for its return; media is asked of it no more.
    const media = kit.a.seen.filter(({ path, isProbe }) => !isProbe && path.endsWith(".ts"));
    const lastMs = Math.max(0, ...media.map(({ atMs }) => atMs - brokenAtMs));
    expect(lastMs).toBeLessThan(1_000 + SLACK_MS);
  });

  test("is no origin again before it has proved itself, and the story is written down", async () => {
    kit.a.setBroken(null);
    await wait(1_500);
    expect(await verdictOf(kit, "a")).toMatch(/^red/);
    await isJudged(kit, "a", "green", 30_000);
    const health = await healthOf(kit);
    const { incidents } = await health.incidents({ beforeId: null, limit: 10 });
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({ channels: ["news"], closedAtMs: null });
    expect(incidents[0].origins).toContain("a");
    const kinds = incidents[0].entries.map(({ kind }: { kind: string }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(["verdict", "order"]));
    const { records } = await health.audit({ beforeSeq: null, limit: 200, originId: "a" });
    expect(records.map(({ seq }: { seq: number }) => seq)).toEqual(
      [...records].map(({ seq }) => seq).sort((x: number, y: number) => y - x),
    );
  });

  test("one that answers and stands still is red for it", async () => {
    await view(Date.now() + 500);
    scripts[1]?.setFault("freeze");
    await isJudged(kit, "b", /^red frozen/);
    scripts[1]?.setFault(null);
  });

  test("one that no longer answers is known by its silence", { timeout: 90_000 }, async () => {
    for (const id of BOTH) await isJudged(kit, id, "green", 40_000);
    const leader = (await routeOf(kit, "news"))?.order[0] === "a" ? "a" : "b";
    const viewing = view(Date.now() + 10_000);
    await wait(2_000);
    kit[leader].setBroken("hang");
    await isJudged(kit, leader, /^red failing/, 3_500 + SLACK_MS);
    expect(await viewing).toEqual([]);
    await leads(kit, "news", leader === "a" ? "b" : "a");
    kit[leader].setBroken(null);
  });
});

describe("operators", () => {
  let kit: EdgeStack;
  const scripts: LiveScript[] = [];
  beforeAll(async () => {
    kit = await startEdgeStack(
      [
        { id: "film", mode: "vod", origins: BOTH },
        { id: "other", mode: "vod", origins: BOTH },
        { id: "even", origins: BOTH },
        { id: "odd", origins: BOTH },
      ],
      {
        edges: 2,
        probes: "honest",
        shim: { evictionChance: 0 },
        prepare: (a, b) => {
          for (const origin of [a, b]) {
            for (const id of ["film", "other"]) {
              origin.on(`/${id}/index.m3u8`, { body: printVod(40) });
              origin.onPrefix(`/${id}/`, { body: "media" });
            }
          }
          const [even, odd] = ["/even/index.m3u8", "/odd/index.m3u8"];
          for (const origin of [a, b]) scripts.push(startLiveScript({ origin, path: even }));
          scripts.push(startLiveScript({ origin: a, path: odd }));
          scripts.push(startLiveScript({ origin: b, path: odd, name: "l", segmentMs: 3_000 }));
        },
      },
    );
    for (const id of BOTH) await isJudged(kit, id, "green", 30_000);
  });
  afterAll(async () => {
    for (const script of scripts) script.stop();
    await kit?.stop();
  });

  let count = 0;
  const say = async (given: Partial<Override> & { readonly kind: string }) => {
    count += 1;
    const nowMs = Date.now();
    const health = await healthOf(kit);
    const base = { id: `o${count}`, channelId: "film", by: "kim", atMs: nowMs, originId: "a" };
    const override = { ...base, untilMs: nowMs + 600_000, ...given };
    return { id: base.id, taken: await health.override(override) };
  };
  const revoke = async (id: string) => (await healthOf(kit)).revoke(id, "kim");
  /** Who is asked for a file that nobody has yet. */
  let file = 0;
  const asks = async () => {
    file += 1;
    const [before, beforeB] = [kit.a, kit.b].map(({ seen }) => seen.length);
    await Promise.all(
      kit.stack.edgeUrls.map(async (edge) => {
        expect((await fetch(`${edge}/film/${file % 40}.ts`)).status).toBe(200);
      }),
    );
    const asked = (seen: EdgeStack["a"]["seen"], from = 0) =>
      seen.slice(from).filter(({ path, isProbe }) => !isProbe && path.endsWith(".ts")).length;
    return { a: asked(kit.a.seen, before), b: asked(kit.b.seen, beforeB) };
  };

  const rows = [
    { kind: "drain", reason: "preferred-drained" },
    { kind: "ban", reason: "preferred-banned" },
    { kind: "pin", originId: "b", reason: "pinned" },
  ] as const;
  test.each(rows)("$kind moves the channel, and no other", async ({ reason, ...given }) => {
    const { id, taken } = await say(given);
    expect(taken).toEqual({ kind: "taken" });
    await leads(kit, "film", "b");
    expect((await routeOf(kit, "film"))?.reason).toBe(reason);
    expect((await routeOf(kit, "other"))?.order[0]).toBe("a");
    await wait(1_200);
    expect(await asks()).toEqual({ a: 0, b: 2 });
    expect(await revoke(id)).toBe(true);
    expect(await revoke(id)).toBe(false);
  });

  test("cannot have players led to who does not fit, and to who fits they can", async () => {
    let isWatched = true;
    const watching = ["even", "odd"].map(async (id) => {
      for (; isWatched; await wait(200)) {
        const playlist = await fetch(`${kit.edge}/${id}/index.m3u8`);
        expect(await playlist.text()).not.toContain("l1");
      }
    });
    for (const id of ["even", "odd"]) await leads(kit, id, "a");
    await wait(1_500);
    // In one of them its segments are longer than the target duration that players were told of.
    for (const channelId of ["even", "odd"]) await say({ kind: "drain", channelId });
    await leads(kit, "even", "b");
    await leads(kit, "odd", "a");
    await wait(1_000);
    expect((await routeOf(kit, "odd"))?.order).toEqual(["a", "b"]);
    isWatched = false;
    await Promise.all(watching);
  });

  test("a canary is tried by its share of the sessions, and by no other", async () => {
    const first = (await routeOf(kit, "film"))?.order[0];
    const other = first === "a" ? "b" : "a";
    const { id } = await say({ kind: "canary", originId: other, share: 0.5 });
    await wait(1_500);
    const origin = other === "a" ? kit.a : kit.b;
    let asked = 0;
    for (let index = 0; index < 30; index++) {
      const before = origin.count(`/film/canary-${index}.ts`);
      const headers = { "cmcd-session": `sid="viewer-${index}"` };
      await (await fetch(`${kit.edge}/film/canary-${index}.ts`, { headers })).arrayBuffer();
      asked += origin.count(`/film/canary-${index}.ts`) - before;
    }
    // 30 fair coins: fewer than 5 or more than 25 heads come once in eight thousand tries; and the
    // names are always the same.
    expect(asked).toBeGreaterThan(4);
    expect(asked).toBeLessThan(26);
    await revoke(id);
  });

  test("shadow writes down and changes nothing", async () => {
    const before = (await routeOf(kit, "film"))?.order;
    const shadow = await say({ kind: "shadow" });
    const pin = await say({ kind: "pin", originId: before?.[0] === "a" ? "b" : "a" });
    await wait(1_500);
    expect((await routeOf(kit, "film"))?.order).toEqual(before);
    const health = await healthOf(kit);
    const { records } = await health.audit({ beforeSeq: null, limit: 50, channelId: "film" });
    expect(records.map(({ kind }: { kind: string }) => kind)).toContain("would-switch");
    for (const { id } of [pin, shadow]) await revoke(id);
  });

  test("what cannot be meant is refused with a sentence", async () => {
    expect((await say({ kind: "ban", originId: "nope" })).taken).toMatchObject({
      kind: "refused",
      detail: 'there is no origin "nope"',
    });
    expect((await say({ kind: "ban", channelId: "nope" })).taken.kind).toBe("refused");
    expect((await say({ kind: "ban", untilMs: 1 })).taken.kind).toBe("refused");
  });
});

describe("control that is not there", () => {
  let kit: EdgeStack;
  let script: LiveScript;
  beforeAll(async () => {
    kit = await startEdgeStack([{ id: "news", origins: BOTH }], {
      edges: 2,
      probes: "honest",
      shim: { evictionChance: 0 },
      prepare: (a, b) => {
        b.on("/news/index.m3u8", { body: printLive(1, 6) });
        script = startLiveScript({ origin: a, path: "/news/index.m3u8", segmentMs: 2_000 });
      },
    });
    await leads(kit, "news", "a");
  });
  afterAll(async () => {
    script?.stop();
    await kit?.stop();
  });

  const shim = (words: string) => fetch(`${kit.stack.controlUrl}/_shim/${words}`);
  const ageOf = async () => {
    const response = await fetch(`${kit.edge}/_/healthz`);
    return ((await response.json()) as { policyAgeMs: number }).policyAgeMs;
  };

  test("edges go on with the last policy and say how old it is", async () => {
    expect(await ageOf()).toBeLessThan(7_000);
    await shim("vanish?object=main");
    const { failed, regressions } = await watchLive(
      `${kit.edge}/news/index.m3u8`,
      Date.now() + 8_000,
    );
    expect(failed.map(({ text }) => text)).toEqual([]);
    expect(regressions).toBe(0);
    expect(await ageOf()).toBeGreaterThan(7_000);
    await shim("return?object=main");
    await expect.poll(ageOf, { timeout: 20_000 }).toBeLessThan(6_000);
  });

  test("what was accepted before a restart is in force after it", async () => {
    const health = await healthOf(kit);
    const nowMs = Date.now();
    const ban = { kind: "ban", id: "keep", channelId: "news", originId: "b", by: "kim" };
    const taken = await health.override({ ...ban, atMs: nowMs, untilMs: nowMs + 600_000 });
    expect(taken).toEqual({ kind: "taken" });
    const beat = { originId: "a", node: "n1", state: "started", mediaCount: 4 };
    expect(await health.heartbeat(beat)).toEqual({ kind: "taken" });
    const before = await health.audit({ beforeSeq: null, limit: 5 });
    await shim("restart?object=main");
    // Whoever calls next, a prober or we, finds it gone; calls that were under way fail.
    await until(async () => {
      await health.nodes().catch(() => null);
      return (await (await shim("restart?object=")).text()).trim();
    }, "");
    const kept = async () => (await (await healthOf(kit)).overrides().catch(() => [])).length;
    await until(kept, "1");
    const again = await healthOf(kit);
    expect(await again.overrides()).toMatchObject([{ id: "keep", kind: "ban", by: "kim" }]);
    expect(await again.nodes()).toMatchObject([{ node: "n1", originId: "a", mediaCount: 4 }]);
    const after = await again.audit({ beforeSeq: null, limit: 5 });
    expect(after.records[0].seq).toBeGreaterThanOrEqual(before.records[0].seq);
    await again.note({
      ...{ kind: "action", actor: "kim", channelId: null, originId: null, region: null },
      ...{ from: null, to: null, reason: "a look", inputs: {} },
    });
    const last = await again.audit({ beforeSeq: null, limit: 1 });
    expect(last.records[0].seq).toBeGreaterThan(before.records[0].seq);
    expect(last.records[0].reason).toBe("a look");
    await expect.poll(ageOf, { timeout: 20_000 }).toBeLessThan(6_000);
  });

  test("a slow disk delays what people say and not what viewers see", async () => {
    await shim("slow?object=main&ms=3000");
    const watching = watchLive(`${kit.edge}/news/index.m3u8`, Date.now() + 6_000);
    const health = await healthOf(kit);
    const startedAtMs = Date.now();
    expect(await health.revoke("keep", "kim")).toBe(true);
    expect(Date.now() - startedAtMs).toBeGreaterThan(2_500);
    const { failed, regressions } = await watching;
    expect(failed).toEqual([]);
    expect(regressions).toBe(0);
    await shim("slow?object=main&ms=0");
    expect(await health.overrides()).toEqual([]);
  });
});

describe("a crowd that does not fit", () => {
  let kit: EdgeStack;
  beforeAll(async () => {
    kit = await startEdgeStack([{ id: "film", mode: "vod" }], {
      edges: 1,
      probes: "honest",
      mbps: 0.01,
      shim: { evictionChance: 0 },
      prepare: (a) => {
        a.on("/film/index.m3u8", { body: "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv/a.m3u8\n" });
        a.on("/film/v/a.m3u8", { body: printVod(2_000) });
        a.onPrefix("/film/v/", { body: "m".repeat(4_000) });
      },
    });
  });
  afterAll(() => kit?.stop());

  test("is kept out by the session, and whoever is in goes on", { timeout: 90_000 }, async () => {
    const health = await healthOf(kit);
    const nowMs = Date.now();
    const event = { id: "e", channelId: null, fromMs: nowMs, untilMs: nowMs + 600_000, by: "kim" };
    const expected = { requestsPerSecond: 1, deviation: 0.5 };
    expect(await health.declareEvent({ ...event, ...expected })).toEqual({ kind: "taken" });
    let segment = 0;
    const begin = (sid: string) =>
      fetch(`${kit.edge}/film/index.m3u8`, { headers: { "cmcd-session": `sid="${sid}"` } });
    const load = async () => {
      for (let count = 0; count < 5; count++) {
        segment += 1;
        await (await fetch(`${kit.edge}/film/v/${segment}.ts`)).arrayBuffer();
        await (await begin(`crowd-${segment}`)).arrayBuffer();
      }
      return (await health.view()).overload?.share ?? 0;
    };
    await expect.poll(load, { interval: 200, timeout: 60_000 }).toBeGreaterThan(0);
    // The crowd does not go while we look.
    let isOver = false;
    const crowd = (async () => {
      while (!isOver) await load();
    })();
    await wait(1_500);
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const response = await begin(`s${index}`);
        const text = await response.text();
        return { status: response.status, text, headers: response.headers };
      }),
    );
    const out = answers.filter(({ status }) => status === 503);
    expect(out.length).toBeGreaterThan(0);
    expect(out.length).toBeLessThan(60);
    expect(out[0]?.headers.get("retry-after")).toBe("10");
    expect(out[0]?.text).toContain("urn:weir:problem:shed");
    expect(answers.filter(({ status }) => status !== 503 && status !== 200)).toEqual([]);
    // The same session gets the same answer, and files are nobody's beginning.
    const index = answers.findIndex(({ status }) => status === 503);
    expect((await begin(`s${index}`)).status).toBe(503);
    expect((await fetch(`${kit.edge}/film/v/a.m3u8`)).status).toBe(200);
    isOver = true;
    await crowd;
    const { records } = await health.audit({ beforeSeq: null, limit: 50 });
    expect(records.map(({ kind }: { kind: string }) => kind)).toContain("shed");
  });
});
