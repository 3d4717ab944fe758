// p-: from the catalog to the edges. What control decides is known at every edge within a second,
// a refused catalog changes nothing, and nobody without a token changes anything.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { printVod } from "../kit/playlists.ts";

let kit: EdgeStack;

beforeAll(async () => {
  kit = await startEdgeStack([{ id: "first", mode: "vod" }], { edges: 3 });
  for (const id of ["first", "second"]) kit.a.on(`/${id}/index.m3u8`, { body: printVod(2) });
});
afterAll(() => kit?.stop());

const api = (path: string, init: RequestInit = {}, token: string | null = kit.stack.token) =>
  fetch(`${kit.stack.controlUrl}${path}`, {
    ...init,
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...init.headers },
  });

/** Replaces whatever catalog is in force. */
const put = (body: string, condition = "*") =>
  api("/api/v1/catalog", { method: "PUT", body, headers: { "if-match": condition } });

async function statusAt(path: string): Promise<number[]> {
  return Promise.all(
    kit.stack.edgeUrls.map(async (edge) => {
      const response = await fetch(edge + path);
      await response.text();
      return response.status;
    }),
  );
}

describe("the catalog", () => {
  test("a new channel is served by every edge within a second", async () => {
    expect(await statusAt("/second/index.m3u8")).toEqual([404, 404, 404]);
    const second =
      '[[channels]]\nid = "second"\nmode = "vod"\norigins = [{id = "a", prefix = "/second"}]';
    const catalog = `${kit.stack.catalog}\n${second}\n`;
    const applied = await put(catalog);
    expect(applied.status).toBe(200);
    const startedAtMs = Date.now();
    await expect
      .poll(() => statusAt("/second/index.m3u8"), { interval: 50, timeout: 5_000 })
      .toEqual([200, 200, 200]);
    // A viewer's request reads the policy, so the wait counts from the first look on.
    expect(Date.now() - startedAtMs).toBeLessThan(2_000);
  });

  test("a refused one says why and leaves the old one working", async () => {
    const before = await (await api("/api/v1/catalog")).text();
    const refused = await put(before.replace('mode = "vod"', 'mod = "vod"'));
    expect(refused.status).toBe(422);
    const problem = (await refused.json()) as { detail: string; problems: { line: number }[] };
    expect(problem.detail).toMatch(
      /catalog:\d+: channels\[0\]\.mod is not a setting; did you mean "mode"/,
    );
    expect(await (await api("/api/v1/catalog")).text()).toBe(before);
    expect(await statusAt("/first/index.m3u8")).toEqual([200, 200, 200]);
  });

  test("other settings keep a channel's timelines, other origins end them", async () => {
    const timelines = async () => {
      const routes = (await (await api("/api/v1/routes")).json()) as {
        channels: { id: string; timelines: { n: number }[] }[];
      };
      return routes.channels.find(({ id }) => id === "first")?.timelines.map(({ n }) => n);
    };
    const text = await (await api("/api/v1/catalog")).text();
    const policy = 'replicas = "identical"\n';
    expect((await put(text.replace(policy, `${policy}ttl = "latency-adaptive"\n`))).status).toBe(
      200,
    );
    expect(await timelines()).toEqual([0]);
    expect((await put(text.replace('prefix = "/first"', 'prefix = "/moved"'))).status).toBe(200);
    expect(await timelines()).toEqual([1]);
    expect((await put(text)).status).toBe(200);
    expect(await timelines()).toEqual([2]);
  });

  test("two people cannot overwrite each other unseen", async () => {
    const current = await api("/api/v1/catalog");
    const text = await current.text();
    const etag = current.headers.get("etag") ?? "";
    expect((await put(text.replace("60000", "50000"), etag)).status).toBe(200);
    const second = await put(text.replace("60000", "40000"), etag);
    expect(second.status).toBe(412);
    expect(await second.text()).toContain("If-Match");
  });
});

describe("the API", () => {
  const rows: readonly (readonly [string, string, RequestInit, string | null, number])[] = [
    ["reads without a token where reading is open", "/api/v1/routes", {}, null, 200],
    ["changes nothing without a token", "/api/v1/catalog", { method: "PUT", body: "" }, null, 403],
    [
      "changes nothing with a wrong one",
      "/api/v1/catalog",
      { method: "PUT", body: "" },
      "wrong",
      401,
    ],
    [
      "refuses events that are not JSON",
      "/api/v1/events",
      { method: "POST", body: "{" },
      "own",
      400,
    ],
    [
      "refuses events of unknown channels",
      "/api/v1/events",
      { method: "POST", body: '{"channel":"nope"}' },
      "own",
      422,
    ],
    [
      "refuses unknown members",
      "/api/v1/events",
      { method: "POST", body: '{"chanel":"first"}' },
      "own",
      400,
    ],
    [
      "refuses regions that are no words",
      "/api/v1/events",
      { method: "POST", body: '{"channel":"first","regions":["../x"]}' },
      "own",
      400,
    ],
    [
      "knows no event that was never accepted",
      "/api/v1/events/00000000-0000-4000-8000-000000000000",
      {},
      "own",
      404,
    ],
    ["knows no other place", "/api/v1/nothing", {}, "own", 404],
  ];
  test.each(rows)("%s", async (_name, path, init, token, status) => {
    const response = await api(path, init, token === "own" ? kit.stack.token : token);
    expect(response.status).toBe(status);
    if (status >= 400) {
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({ status });
    } else await response.text();
  });

  test("metrics are Prometheus text with ids of the catalog as labels", async () => {
    const text = await (await api("/metrics")).text();
    expect(text).toContain("# TYPE weir_origin_verdict gauge");
    expect(text).toMatch(
      /weir_origin_verdict\{channel="first",origin="a",role="playlists",verdict="green"\} 1/,
    );
    for (const line of text.trim().split("\n"))
      expect(line).toMatch(/^(# (HELP|TYPE) |weir_[a-z_]+(\{[^}]*\})? -?[\d.e+]+$)/);
  });
});
