// x-: what operators see and steer. Content Steering on real workers: the way into playlists, the
// manifest at two edges that are two delivery hosts, an operator who takes one out, a host that
// dies and comes back.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { type HostRelay, RELAY_HOST, startHostRelay } from "../kit/host-relay.ts";
import { printLive, printVod } from "../kit/playlists.ts";

const STEERING = "steering = true";
const MULTIVARIANT =
  "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=500000\nv1/index.m3u8\n" +
  "#EXT-X-STREAM-INF:BANDWIDTH=900000\nv2/index.m3u8\n";
/** Control tells the gates at once; isolates read them within a second. */
const TOLD = { timeout: 10_000, interval: 100 };
/** Two failed looks, or three good ones, five seconds apart. */
const JUDGED = { timeout: 40_000, interval: 200 };

let kit: EdgeStack;
let relay: HostRelay;
let hostA = "";

beforeAll(async () => {
  kit = await startEdgeStack(
    [
      { id: "show", mode: "vod", policy: STEERING },
      { id: "news", mode: "live", policy: STEERING },
      { id: "plain", mode: "vod" },
    ],
    { edges: 2, toml: (_storage, _origin, [port = 0]) => printHosts(port) },
  );
  const [one = "", two = ""] = kit.stack.edgeUrls;
  hostA = one;
  relay = await startHostRelay(Number(new URL(one).port), Number(new URL(two).port));
  for (const id of ["show", "plain", "news"]) {
    kit.a.on(`/${id}/index.m3u8`, { body: MULTIVARIANT });
    for (const variant of ["v1", "v2"]) {
      const body = id === "news" ? printLive(1, 5) : printVod(3);
      kit.a.on(`/${id}/${variant}/index.m3u8`, { body });
    }
  }
});
afterAll(async () => {
  await kit?.stop();
  await relay?.kill();
});

function printHosts(port: number): string {
  return [
    { id: "a", url: `http://127.0.0.1:${port}` },
    { id: "b", url: `http://${RELAY_HOST}:${port}` },
  ]
    .map(({ id, url }) => `[[hosts]]\npathway = "${id}"\nurl = "${url}"\n`)
    .join("\n");
}

interface Pathway {
  readonly id: string;
  readonly verdict: string;
  readonly detail: string | null;
  readonly drained: { readonly by: string } | null;
}

async function readPathway(id: string): Promise<Pathway | undefined> {
  const reply = await fetch(`${kit.stack.controlUrl}/api/v1/pathways`);
  const { pathways } = (await reply.json()) as { pathways: Pathway[] };
  return pathways.find((pathway) => pathway.id === id);
}
const readVerdict = async (id: string) => (await readPathway(id))?.verdict;

async function drain(id: string, drained: boolean, token = kit.stack.token): Promise<Response> {
  return fetch(`${kit.stack.controlUrl}/api/v1/pathways/${id}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ drained }),
  });
}

interface Manifest {
  readonly TTL: number;
  readonly "RELOAD-URI": string;
  readonly "PATHWAY-PRIORITY": readonly string[];
}

async function steer(
  host: string,
  pathway = "entry",
  channel = "show",
  headers: Record<string, string> = {},
): Promise<Manifest> {
  const query = `_HLS_pathway=${pathway}&_HLS_throughput=5140000`;
  const reply = await fetch(`${host}/_/steering/${channel}?${query}`, { headers });
  expect(reply.status).toBe(200);
  return (await reply.json()) as Manifest;
}
const order = async (host: string, pathway?: string) =>
  (await steer(host, pathway))["PATHWAY-PRIORITY"].join(" ");

test("both hosts are looked at and found well", async () => {
  // The relay was not there yet when control looked first.
  await expect.poll(() => readVerdict("b"), JUDGED).toBe("green");
  expect(await readVerdict("a")).toBe("green");
});

describe("playlists", () => {
  test.each(["show", "news"])("of %s lead to the manifest, the same at both hosts", async (id) => {
    const texts = await Promise.all(
      [hostA, relay.url].map(async (host) => (await fetch(`${host}/${id}/index.m3u8`)).text()),
    );
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).toContain(
      `#EXT-X-CONTENT-STEERING:SERVER-URI="../_/steering/${id}",PATHWAY-ID="entry"`,
    );
    expect(texts[0]?.match(/BANDWIDTH=\d+,PATHWAY-ID="entry"/g)).toHaveLength(2);
    expect(texts[0]).toContain(`PATHWAY-ID="a"\n${hostA}/${id}/v1/index.m3u8\n`);
    expect(texts[0]).toContain(`PATHWAY-ID="b"\n${relay.url}/${id}/v2/index.m3u8\n`);
  });

  test("of other channels are left alone, and their manifest is gone for good", async () => {
    const text = await (await kit.get("/plain/index.m3u8")).text();
    expect(text).not.toMatch(/STEERING|PATHWAY/);
    expect((await kit.get("/_/steering/plain")).status).toBe(410);
    expect((await kit.get("/_/steering/nobody")).status).toBe(404);
    expect((await kit.get("/_/steering/show/x")).status).toBe(404);
  });
});

describe("the manifest", () => {
  test("is for one session, readable by every page", async () => {
    const reply = await kit.get("/_/steering/show");
    expect(reply.headers.get("content-type")).toBe("application/vnd.apple.steering-list");
    expect(reply.headers.get("cache-control")).toBe("private, no-store");
    expect(reply.headers.get("access-control-allow-origin")).toBe("*");
    const { "RELOAD-URI": reload } = (await reply.json()) as Manifest;
    expect(reload.replace(kit.edge, "")).toMatch(/^\/_\/steering\/show\?session=[\w-]+$/);
    const again = (await (await fetch(reload)).json()) as Manifest;
    expect(again["RELOAD-URI"]).toBe(reload);
  });

  test("keeps the token in the way back", async () => {
    const reply = await kit.get("/~some.token/_/steering/show");
    const { "RELOAD-URI": reload } = (await reply.json()) as Manifest;
    expect(reload.startsWith(`${kit.edge}/~some.token/_/steering/show?session=`)).toBe(true);
  });

  test("names the host that is asked `entry`, and clones the other", async () => {
    for (const [host, other, name] of [
      [hostA, "b", RELAY_HOST],
      [relay.url, "a", "127.0.0.1"],
    ]) {
      expect(await steer(host ?? "")).toMatchObject({
        VERSION: 1,
        "PATHWAY-PRIORITY": ["entry", other],
        "PATHWAY-CLONES": [{ "BASE-ID": "entry", ID: other, "URI-REPLACEMENT": { HOST: name } }],
      });
    }
  });

  test("is never refused for being asked too often", async () => {
    const replies = await Promise.all(
      Array.from({ length: 200 }, () => kit.get("/_/steering/show?_HLS_pathway=entry")),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test("bears with whatever a player says", async () => {
    for (const query of ['_HLS_pathway="b"', "_HLS_pathway=%22b%22", "_DASH_pathway=b"]) {
      const reply = await kit.get(`/_/steering/show?${query}`);
      expect((await reply.json())["PATHWAY-PRIORITY"]).toEqual(["b", "entry"]);
    }
    for (const query of ["_HLS_pathway=%00", "session=%3Cscript%3E", "_HLS_throughput=-1", "%"]) {
      const reply = await kit.get(`/_/steering/show?${query}`);
      expect(reply.status, query).toBe(200);
      expect(await reply.text()).not.toContain("script");
    }
  });
});

describe("an operator", () => {
  test("takes a host out: sessions leave it at both edges, soon, and may come back", async () => {
    expect((await steer(hostA)).TTL).toBeGreaterThan(200);
    expect((await drain("a", true)).status).toBe(200);
    await expect.poll(() => order(hostA), TOLD).toBe("b entry");
    await expect.poll(() => order(relay.url, "a"), TOLD).toBe("entry a");
    expect((await steer(hostA)).TTL).toBeLessThanOrEqual(10);
    expect(await readPathway("a")).toMatchObject({ drained: { by: "dev" } });
    expect((await drain("a", false)).status).toBe(200);
    await expect.poll(() => order(hostA), TOLD).toBe("entry b");
    // Nobody is brought back who is well where he is.
    expect(await order(hostA, "b")).toBe("b entry");
  });

  test("must be one, and must name a host", async () => {
    expect([401, 403]).toContain((await drain("a", true, "wrong")).status);
    expect((await drain("z", true)).status).toBe(404);
    const reply = await fetch(`${kit.stack.controlUrl}/api/v1/pathways/a`, {
      method: "PUT",
      headers: { authorization: `Bearer ${kit.stack.token}` },
      body: '{"drained": "yes"}',
    });
    expect(reply.status).toBe(400);
  });
});

test("a network whose players starve at a host is led to the other, and no other is", async () => {
  const from = (network: number) => ({ "x-shim-asn": String(network) });
  const orderOf = async (network: number) =>
    (await steer(hostA, "entry", "show", from(network)))["PATHWAY-PRIORITY"].join(" ");
  const play = async () => {
    for (const [network, said] of [
      [64500, "bs"],
      [64501, "bl%3D9000"],
    ] as const) {
      const url = `${hostA}/show/index.m3u8?CMCD=${said}`;
      const replies = Array.from({ length: 40 }, () => fetch(url, { headers: from(network) }));
      for (const reply of await Promise.all(replies)) await reply.arrayBuffer();
    }
    return orderOf(64500);
  };
  expect(await orderOf(64500)).toBe("entry b");
  await expect.poll(play, { timeout: 30_000, interval: 300 }).toBe("b entry");
  expect(await orderOf(64501)).toBe("entry b");
  expect(await order(hostA)).toBe("entry b");
});

test("a host that dies is left by its sessions, and found again when it is back", async () => {
  expect(await order(hostA, "b")).toBe("b entry");
  await relay.kill();
  await expect.poll(() => order(hostA, "b"), JUDGED).toBe("entry b");
  expect(await readVerdict("b")).toBe("red");
  await relay.listen();
  await expect.poll(() => order(hostA, "b"), JUDGED).toBe("b entry");
});
