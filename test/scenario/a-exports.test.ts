// a-: what control knows survives the loss of the account: an export goes to S3 storage, and a
// stack that has never seen the first one is put back from it.

import { createHash } from "node:crypto";
import { AwsClient } from "aws4fetch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { printLive } from "../kit/playlists.ts";

let lost: EdgeStack;
let fresh: EdgeStack;
let storage: AwsClient;

beforeAll(async () => {
  lost = await startEdgeStack([{ id: "news" }, { id: "film", mode: "vod", origins: ["a", "b"] }], {
    toml: () => `[[hosts]]\npathway = "spare"\nurl = "http://127.0.0.1:9"\n`,
  });
  const { accessKeyId, secretAccessKey, endpoint, bucket } = lost.stack.storage;
  storage = new AwsClient({ accessKeyId, secretAccessKey, service: "s3", region: "auto" });
  fresh = await startEdgeStack([{ id: "other", mode: "vod" }], {
    control: {
      WEIR_EXPORT_ENDPOINT: endpoint,
      WEIR_EXPORT_BUCKET: bucket,
      WEIR_S3_EXPORT: `${accessKeyId}:${secretAccessKey}`,
    },
  });
});
afterAll(async () => {
  await fresh?.stop();
  await lost?.stop();
});

async function send(kit: EdgeStack, path: string, init: RequestInit = {}) {
  const response = await fetch(`${kit.stack.controlUrl}/api/v1${path}`, {
    ...init,
    headers: { authorization: `Bearer ${kit.stack.token}`, ...init.headers },
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, each looked at by its test.
  const json: any = isJson ? JSON.parse(text) : null;
  return { status: response.status, text, json };
}

function toFileUrl(name: string): string {
  const { endpoint, bucket } = lost.stack.storage;
  return `${endpoint}/${bucket}/weir/${name}`;
}

const restore = (body: string, condition = "*") =>
  send(fresh, "/exports/restore", { method: "POST", body, headers: { "if-match": condition } });

/** What operators say of the first stack; the second one is over by the time of the restore. */
const ORDERS = [
  ["/overrides", { kind: "ban", origin: "a", channel: "film", forSeconds: 3_600 }],
  ["/overrides", { kind: "shadow", channel: "film", forSeconds: 1 }],
  ["/overrides", { kind: "drain", origin: "b" }],
  [
    "/declared-events",
    {
      from: new Date(Date.now() - 60_000).toISOString(),
      until: new Date(Date.now() + 3_600_000).toISOString(),
      requestsPerSecond: 5_000,
    },
  ],
] as const;

describe("an export", () => {
  test("that never was cannot be put back", async () => {
    const absent = await restore("{}");
    expect([absent.status, absent.json.type]).toEqual([404, "urn:weir:problem:not-found"]);
    expect((await restore('{"name":"2026-01-01T000000Z-00000000"}')).status).toBe(404);
    expect((await restore('{"name":"../../etc"}')).status).toBe(400);
  });

  test("holds every part, each as its manifest says", async () => {
    lost.a.on("/news/index.m3u8", { body: printLive(1_000, 1_006) });
    await expect
      .poll(async () => (await lost.get("/news/index.m3u8")).status, { timeout: 10_000 })
      .toBe(200);
    const { text } = await send(lost, "/catalog");
    const put = (body: string) =>
      send(lost, "/catalog", { method: "PUT", body, headers: { "if-match": "*" } });
    for (const ms of [50_000, 40_000]) await put(text.replace("60000", String(ms)));
    for (const [path, order] of ORDERS) {
      const body = JSON.stringify(order);
      expect((await send(lost, path, { method: "POST", body })).status, body).toBe(201);
    }
    const taken = await send(lost, "/pathways/spare", {
      ...{ method: "PUT", body: '{"drained":true}' },
      headers: { "content-type": "application/json" },
    });
    expect(taken.status).toBe(200);
    const beat = JSON.stringify({ origin: "b", node: "rack-7", state: "error" });
    for (let count = 0; count < 4; count++) {
      await send(lost, "/heartbeats", { method: "POST", body: beat });
    }
    const written = await send(lost, "/exports", { method: "POST" });
    expect(written.status).toBe(201);
    expect(written.json.rows).toMatchObject({ catalogs: 3, orders: 5, ledgers: 1, incidents: 1 });
    expect(written.json.rows.decisions).toBeGreaterThanOrEqual(1);
    expect(written.json.rows.audit).toBeGreaterThanOrEqual(4);
    expect(written.json.missing).toEqual([]);
    const stored = await storage.fetch(toFileUrl(`${written.json.name}/manifest.json`));
    const manifest = (await stored.json()) as { files: { name: string; bytes: number }[] };
    for (const { name, bytes } of manifest.files) {
      const file = await storage.fetch(toFileUrl(`${written.json.name}/${name}`));
      expect((await file.arrayBuffer()).byteLength, name).toBe(bytes);
    }
  });

  test("needs the same care as a catalog", async () => {
    const missing = await send(fresh, "/exports/restore", { method: "POST", body: "{}" });
    expect(missing.status).toBe(428);
    expect((await restore("{}", '"999"')).status).toBe(412);
  });

  test("that was damaged changes nothing", async () => {
    const { json } = await send(lost, "/exports", { method: "POST" });
    const url = toFileUrl(`${json.name}/catalogs-0.jsonl`);
    const whole = await (await storage.fetch(url)).text();
    const before = await send(fresh, "/catalog");
    for (const body of [whole.replace("40000", "40001"), whole.slice(0, -10), ""]) {
      await storage.fetch(url, { method: "PUT", body });
      const refused = await restore(JSON.stringify({ name: json.name }));
      expect(refused.status).toBe(502);
      expect(refused.json.detail).toMatch(/Nothing was changed: catalogs-0\.jsonl/);
    }
    await storage.fetch(url, { method: "DELETE" });
    expect((await restore(JSON.stringify({ name: json.name }))).status).toBe(502);
    expect((await send(fresh, "/catalog")).text).toBe(before.text);
    await storage.fetch(url, { method: "PUT", body: whole });
  });

  test("puts a new stack where the lost one was", async () => {
    const restored = await restore("{}");
    expect(restored.json).toMatchObject({ catalogs: 3, orders: 4, ledgers: 1 });
    const { text } = await send(lost, "/catalog");
    expect((await send(fresh, "/catalog")).text).toBe(text);
    const { versions } = (await send(fresh, "/catalog/versions")).json;
    expect(versions.map(({ version }: { version: number }) => version)).toEqual(
      expect.arrayContaining([1, 2, 3]),
    );
    const [theirs, ours] = [lost, fresh].map(async (kit) => {
      const { entries } = (await send(kit, "/audit?action=applyCatalog")).json;
      return entries.map(({ id }: { id: string }) => id) as string[];
    });
    expect(await ours).toEqual(expect.arrayContaining((await theirs) ?? []));
  });

  test("brings back the orders that have not ended, once", async () => {
    type Order = { readonly id: string; readonly kind: string };
    const ordersOf = async (kit: EdgeStack): Promise<readonly Order[]> =>
      (await send(kit, "/overrides")).json.overrides;
    const theirs = (await ordersOf(lost)).filter(({ kind }) => kind !== "shadow");
    expect(theirs.map(({ kind }) => kind).sort()).toEqual(["ban", "drain", "freeze"]);
    expect(await ordersOf(fresh)).toEqual(expect.arrayContaining([...theirs]));
    expect(await ordersOf(fresh)).toHaveLength(3);
    const events = async (kit: EdgeStack) => (await send(kit, "/declared-events")).json;
    expect(await events(fresh)).toEqual(await events(lost));
    const { pathways } = (await send(fresh, "/pathways")).json;
    expect(pathways).toMatchObject([{ id: "spare", drained: { by: "dev", forMs: null } }]);
    const { channels } = (await send(fresh, "/routes")).json;
    const film = channels.find(({ id }: { id: string }) => id === "film");
    expect(film.order).toEqual(["b", "a"]);
    const drain = theirs.find(({ kind }) => kind === "drain")?.id ?? "";
    expect((await send(fresh, `/overrides/${drain}`, { method: "DELETE" })).status).toBe(204);
    expect((await restore("{}")).json).toMatchObject({ orders: 0 });
    expect((await ordersOf(fresh)).map(({ id }) => id)).not.toContain(drain);
  });

  test("brings back what had happened, and closes it", async () => {
    const [theirs] = (await send(lost, "/incidents")).json.incidents;
    const found = (await send(fresh, `/incidents/${theirs.id}`)).json;
    expect(found).toMatchObject({ id: theirs.id, openedAt: theirs.openedAt });
    expect(found.origins).toContain("b");
    expect(found.closedAt).not.toBeNull();
    expect(found.entries).toContainEqual(
      expect.objectContaining({ kind: "node-ban", origin: "b" }),
    );
    const { decisions } = (await send(fresh, "/decisions?origin=b&limit=200")).json;
    expect(decisions).toContainEqual(expect.objectContaining({ kind: "node-ban", to: "banned" }));
  });

  test("makes playlists go on where they were, though the origin has begun anew", async () => {
    lost.a.on("/news/index.m3u8", { body: printLive(5, 11) });
    const read = async () => {
      const text = await (await fresh.get("/news/index.m3u8")).text();
      return Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1] ?? -1);
    };
    await expect.poll(read, { timeout: 10_000 }).toBeGreaterThanOrEqual(1_000);
  });

  test("put back twice is put back once", async () => {
    const count = async () => (await send(fresh, "/audit?limit=200")).json.entries.length;
    const before = await count();
    const again = await restore("{}");
    expect(again.json).toMatchObject({ audit: 0 });
    // The order itself is an entry.
    expect(await count()).toBe(before + 1);
  });
});

test("what is older than thirty days leaves the audit with the next change", async () => {
  const { name } = (await send(lost, "/exports", { method: "POST" })).json;
  const read = async (file: string) => (await storage.fetch(toFileUrl(`${name}/${file}`))).text();
  const write = (file: string, body: string) =>
    storage.fetch(toFileUrl(`${name}/${file}`), { method: "PUT", body });
  const day = 86_400_000;
  const old = (id: string, ageMs: number) =>
    JSON.stringify({
      ...{ id, atMs: Date.now() - ageMs, actor: "past", via: "token", action: "applyCatalog" },
      ...{ target: "catalog", outcome: "done", reason: null, before: null, after: null },
    });
  const rows = `${old("young", 29 * day)}\n${old("old", 31 * day)}\n`;
  const manifest = JSON.parse(await read("manifest.json"));
  const file = manifest.files.find((each: { part: string }) => each.part === "audit");
  file.bytes = rows.length;
  file.sha256 = createHash("sha256").update(rows).digest("hex");
  await write(file.name, rows);
  await write("manifest.json", JSON.stringify(manifest));
  expect((await restore(JSON.stringify({ name }))).json).toMatchObject({ name, audit: 2 });
  const past = async () => {
    const { entries } = (await send(fresh, "/audit?actor=past")).json;
    return entries.map(({ id }: { id: string }) => id);
  };
  expect(await past()).toEqual(["young", "old"]);
  await send(fresh, "/exports", { method: "POST" });
  expect(await past()).toEqual(["young"]);
});

test("the daily one is written by the platform's clock, and stands in the audit", async () => {
  const worker = await lost.stack.miniflare.getWorker("weir-control");
  await worker.scheduled({ cron: "17 3 * * *" });
  const { entries } = (await send(lost, "/audit?actor=daily")).json;
  expect(entries[0]).toMatchObject({ action: "writeExport", outcome: "done" });
  const stored = await storage.fetch(toFileUrl(`${entries[0].after.name}/manifest.json`));
  expect(stored.status).toBe(200);
});
