// l-: canaries of live channels, on two origins that have nothing in common but the media's time. A
// share of the sessions that begin is the canary's from its multivariant playlist on and for as
// long as it lasts; everybody else never sees a byte of it; and its end, or its origin's, is a
// discontinuity at most and no error.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isInShare } from "../../workers/core/health/operators/session-share.ts";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { type LiveScript, startLiveScript } from "../kit/live-script.ts";
import { type LiveReport, toUris, watchLive } from "../kit/live-viewer.ts";
import { listLiveFaults } from "../kit/players/live-faults.ts";
import type { ScriptedOrigin } from "../kit/scripted-origin.ts";
import { type MintKey, makeMacKey, mintJwt } from "../kit/token-mint.ts";

const SHARE = 0.2;
const SESSIONS = Array.from({ length: 60 }, (_, index) => `viewer-${index}`);
/** What the edge makes of a CMCD session id, and draws by. */
const isDrawn = (sid: string) => isInShare("canary", `sid ${sid}`, SHARE);
const DRAWN = SESSIONS.filter(isDrawn);

let kit: EdgeStack;
let key: MintKey;
const scripts: LiveScript[] = [];

beforeAll(async () => {
  key = await makeMacKey("one", 1);
  const both = { origins: ["a", "b"], replicas: "auto" } as const;
  kit = await startEdgeStack(
    [
      { id: "news", ...both },
      { id: "doomed", ...both },
      { id: "flat", ...both },
      { id: "guarded", ...both, policy: 'auth = "token"\nissuers = ["shop"]' },
    ],
    {
      edges: 2,
      shim: { evictionChance: 0 },
      bindings: { WEIR_TOKEN_ONE: key.secret },
      toml: () => '[[issuers]]\nid = "shop"\niss = "shop"\nkeys = ["ONE"]\n',
    },
  );
});
afterAll(async () => {
  for (const script of scripts) script.stop();
  await kit?.stop();
});

const MULTIVARIANT =
  "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=800000\nlow/index.m3u8\n" +
  "#EXT-X-STREAM-INF:BANDWIDTH=2800000\nhigh/index.m3u8\n";

function script(origin: ScriptedOrigin, id: string, name: string, offset: number): LiveScript {
  origin.on(`/${id}/index.m3u8`, {
    headers: { "content-type": "application/vnd.apple.mpegurl" },
    body: MULTIVARIANT,
  });
  startOne(origin, `/${id}/high/index.m3u8`, name, offset);
  return startOne(origin, `/${id}/low/index.m3u8`, name, offset);
}

function startOne(origin: ScriptedOrigin, path: string, name: string, offset: number): LiveScript {
  // Named as stations name them: letter, epoch, six digits.
  const made = startLiveScript({ origin, path, name: `${name}0-000`, offset });
  scripts.push(made);
  return made;
}

const wait = (waitMs: number) => new Promise((resolve) => setTimeout(resolve, waitMs));

/** The health centre's calls, as the API makes them. */
async function health() {
  const namespace = await kit.stack.miniflare.getDurableObjectNamespace("HEALTH", "weir-control");
  // biome-ignore lint/suspicious/noExplicitAny: the calls of an object behind Miniflare's proxy.
  return namespace.getByName("main") as any;
}

async function order(channelId: string, id: string): Promise<void> {
  const atMs = Date.now();
  const taken = await (await health()).override({
    kind: "canary",
    id,
    channelId,
    originId: "b",
    share: SHARE,
    by: "test",
    atMs,
    untilMs: atMs + 600_000,
  });
  expect(taken).toEqual({ kind: "taken" });
}

/** Waits until every edge acts on what was said; within a second, a busy machine is given more. */
async function until(id: string, place: string): Promise<void> {
  const endMs = Date.now() + 10_000;
  for (const edge of kit.stack.edgeUrls) {
    for (;;) {
      const { path } = await begin(id, DRAWN[0] ?? "", edge);
      if (path === place) break;
      if (Date.now() > endMs) throw new Error(`${edge} leads to ${path}, and should to ${place}.`);
      await wait(100);
    }
  }
}

/** Begins a session: where its first variant is, and with which lifetime it was told so. */
async function begin(id: string, sid: string, edge = kit.edge) {
  const headers = { "cmcd-session": `sid="${sid}"` };
  const response = await fetch(`${edge}/${id}/index.m3u8`, { headers });
  const text = await response.text();
  const [variant = ""] = toUris(text);
  return {
    status: response.status,
    path: new URL(variant, `${edge}/${id}/index.m3u8`).pathname,
    cacheControl: response.headers.get("cache-control"),
    variants: toUris(text),
  };
}

/** Names of segments, without what leads to them. */
const toNames = (text: string) => toUris(text).map((uri) => uri.replace(/^.*\//, ""));
const isOf = (name: string) => (segment: string) => segment.startsWith(name);

describe("a canary of a live channel", () => {
  test("takes its share of the sessions that begin, and no other sees it", async () => {
    script(kit.a, "news", "a", 0);
    script(kit.b, "news", "b", 5_000);
    const before = await begin("news", DRAWN[0] ?? "");
    expect(before).toMatchObject({ status: 200, path: "/news/low/index.m3u8" });
    expect((await kit.get("/news/@c1/index.m3u8")).status).toBe(404);

    await order("flat", "flat");
    await order("guarded", "guarded");
    await order("doomed", "first-doomed");
    await order("news", "first");
    await until("news", "/news/@c1/low/index.m3u8");
    expect(DRAWN.length).toBeGreaterThan(4);
    for (const [index, sid] of SESSIONS.entries()) {
      const edge = kit.stack.edgeUrls[index % 2] ?? "";
      const begun = await begin("news", sid, edge);
      const isCanary = isDrawn(sid);
      const path = isCanary ? "/news/@c1/low/index.m3u8" : "/news/low/index.m3u8";
      expect(begun).toMatchObject({ status: 200, path });
      // No cache in front may give one session's way to another.
      if (isCanary) expect(begun.cacheControl).toBe("no-store");
      else expect(begun.cacheControl).toMatch(/max-age/);
    }
  });

  test("is sticky through reloads, with numbers of its own and bytes of its own", async () => {
    const untilMs = Date.now() + 3_000;
    const watch = (place: string) => watchLive(`${kit.edge}/news/${place}/index.m3u8`, untilMs);
    const [stable, canary, high] = await Promise.all([
      watch("low"),
      watch("@c1/low"),
      watch("@c1/high"),
    ]);
    for (const report of [stable, canary, high]) {
      expect(listLiveFaults(report)).toEqual([]);
      expect(report.sights.length).toBeGreaterThan(10);
    }
    const seen = ({ sights }: LiveReport) => sights.flatMap(({ text }) => toNames(text));
    expect(seen(stable).every(isOf("a"))).toBe(true);
    expect(seen(canary).every(isOf("b"))).toBe(true);
    // Each ledger counts for itself: the canary's begins with its origin's numbers.
    expect(canary.sights.at(-1)?.mediaSequence).toBeGreaterThan(5_000);
    expect(stable.sights.at(-1)?.mediaSequence).toBeLessThan(5_000);
    const text = canary.sights.at(-1)?.text ?? "";
    const segment = new URL(toUris(text).at(-1) ?? "", `${kit.edge}/news/@c1/low/index.m3u8`);
    expect(segment.pathname).toMatch(/^\/news\/@c1\/low\/b0-\d+\.ts$/);
    expect(await (await fetch(segment)).text()).toMatch(/^b0-/);
    // A token in front is carried, and changes nothing of where one is.
    const tokened = await kit.get("/~tok/news/@c1/low/index.m3u8");
    expect(toNames(await tokened.text()).every(isOf("b"))).toBe(true);
    // The canary's names are not the channel's, whoever asks.
    expect((await fetch(segment.href.replace("/@c1", ""))).status).toBe(404);
    expect(kit.b.count("/news/index.m3u8")).toBeGreaterThan(0);
  });

  test("blocks as the channel does, and cannot be invented", async () => {
    const sight = await watchLive(`${kit.edge}/news/@c1/low/index.m3u8`, Date.now() + 50);
    const next = (sight.sights.at(-1)?.lastMsn ?? 0) + 2;
    const response = await kit.get(`/news/@c1/low/index.m3u8?_HLS_msn=${next}`);
    expect(response.status).toBe(200);
    expect(toNames(await response.text()).at(-1)).toMatch(/^b/);
    const rows = ["@c2", "@c7", "@c0", "@c01", "@c1/@c1", "@cx"];
    for (const label of rows) {
      const { status } = await kit.get(`/news/${label}/low/index.m3u8`);
      expect([400, 404], label).toContain(status);
    }
    for (const label of ["@c2", "@c7"]) {
      expect((await kit.get(`/news/${label}/low/index.m3u8`)).status).toBe(404);
    }
  });

  test("ends without an error and without a step back for those who are in it", async () => {
    const watching = watchLive(`${kit.edge}/news/@c1/low/index.m3u8`, Date.now() + 8_000);
    const stable = watchLive(`${kit.edge}/news/low/index.m3u8`, Date.now() + 8_000);
    await wait(1_500);
    expect(await (await health()).revoke("first", "test")).toBe(true);
    const report = await watching;
    expect(listLiveFaults(report)).toEqual([]);
    const last = toNames(report.sights.at(-1)?.text ?? "");
    expect(last.at(-1)).toMatch(/^a/);
    expect(Math.max(...report.sights.map(({ discontinuities }) => discontinuities))).toBe(1);
    const other = await stable;
    expect(listLiveFaults(other)).toEqual([]);
    expect(other.sights.every(({ text }) => toNames(text).every(isOf("a")))).toBe(true);
    const begun = await begin("news", DRAWN[0] ?? "");
    expect(begun.path).toBe("/news/low/index.m3u8");
  });

  test("survives its origin, and the next one has the next number", async () => {
    script(kit.a, "doomed", "a", 0);
    const b = script(kit.b, "doomed", "b", 5_000);
    await until("doomed", "/doomed/@c1/low/index.m3u8");
    const path = "/doomed/@c1/low/index.m3u8";
    const watching = watchLive(`${kit.edge}${path}`, Date.now() + 6_500);
    await wait(2_000);
    b.setFault("error");
    const report = await watching;
    expect(listLiveFaults(report)).toEqual([]);
    expect(toNames(report.sights[5]?.text ?? "").at(-1)).toMatch(/^b/);
    expect(toNames(report.sights.at(-1)?.text ?? "").at(-1)).toMatch(/^a/);
    await (await health()).revoke("first-doomed", "test");
    b.setFault(null);
    await order("doomed", "second-doomed");
    await until("doomed", "/doomed/@c2/low/index.m3u8");
    expect((await kit.get("/doomed/@c1/low/index.m3u8")).status).toBe(200);
  });

  test("can be explained, and is counted", async () => {
    const url = encodeURIComponent(`${kit.edge}/news/@c1/low/index.m3u8`);
    const explained = await fetch(`${kit.stack.controlUrl}/api/v1/explain?url=${url}`);
    const { regions } = (await explained.json()) as { regions: readonly object[] };
    expect(regions[0]).toMatchObject({
      explanation: {
        route: { kind: "asset", channel: "news", canary: 1, path: "low/index.m3u8" },
        key: "/news/@c1/low/index.m3u8",
        ledger: { kind: "playlist" },
        reply: { status: 200 },
      },
    });
    const read = async () => (await fetch(`${kit.stack.controlUrl}/metrics`)).text();
    const counted = /^weir_sessions_total\{.*channel="news",outcome="canary"\} (\d+)$/m;
    const endMs = Date.now() + 10_000;
    let text = await read();
    while (!counted.test(text) && Date.now() < endMs) {
      await begin("news", "anybody");
      await wait(200);
      text = await read();
    }
    expect(Number(counted.exec(text)?.[1])).toBeGreaterThanOrEqual(DRAWN.length / 2);
    // A canary is no channel of its own to whoever counts channels.
    expect(text).not.toMatch(/channel="[^"]*@c/);
  });

  test("opens to the channel's tokens, which know nothing of it", async () => {
    script(kit.a, "guarded", "a", 0);
    script(kit.b, "guarded", "b", 5_000);
    const token = await mintJwt(
      {
        iss: "shop",
        exp: Math.floor(Date.now() / 1_000) + 60,
        cdniuc: "regex:http://127\\.0\\.0\\.1:[0-9]+/guarded/(index\\.m3u8|low/.*)",
      },
      key,
    );
    const opened = `~${token}/guarded`;
    const { path, cacheControl } = await begin(opened, DRAWN[0] ?? "");
    expect(path).toBe(`/${opened}/@c1/low/index.m3u8`);
    expect(cacheControl).toBe("no-store");
    for (let turn = 0; turn < 3; turn += 1) {
      const response = await kit.get(path);
      expect(response.status).toBe(200);
      const [segment = ""] = toUris(await response.text());
      expect((await fetch(new URL(segment, `${kit.edge}${path}`))).status).toBe(200);
      // Neither the short way nor the long one opens to who shows none, or to the other rendition.
      expect((await kit.get("/guarded/@c1/low/index.m3u8")).status).toBe(401);
      expect((await kit.get(path.replace("low", "high"))).status).toBe(403);
    }
  });

  test("has no session where the entry is a media playlist", async () => {
    startOne(kit.a, "/flat/index.m3u8", "a", 0);
    startOne(kit.b, "/flat/index.m3u8", "b", 5_000);
    const routes = await fetch(`${kit.stack.controlUrl}/api/v1/routes`);
    const { channels } = (await routes.json()) as { channels: readonly { id: string }[] };
    expect(channels.find(({ id }) => id === "flat")).toMatchObject({
      canary: { origin: "b", share: SHARE, label: "@c1" },
      canaries: [{ label: "@c1", origin: "b" }],
    });
    for (const sid of DRAWN.slice(0, 3)) {
      expect((await begin("flat", sid)).variants.every((uri) => uri.startsWith("a"))).toBe(true);
    }
  });
});
