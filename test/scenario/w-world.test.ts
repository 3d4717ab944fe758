// w-: an event of the size of a real one, in three regions, from S3 through the hot tier: five
// hundred segments of three renditions. Every first viewer gets a hit wherever a receipt claims it,
// the storage is read once for each object in the world, and the receipt holds what it says.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { flattenedVerify, importJWK, type JWK } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { printCanonicalJson } from "../../workers/core/warm/canonical-json.ts";
import { type CountedStorage, startCountedStorage } from "../kit/counted-storage.ts";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { type EventCalls, makeEventCalls } from "../kit/event-calls.ts";
import { printVod } from "../kit/playlists.ts";

const REGIONS = ["enam", "weur", "apac"];
const RENDITIONS = ["v144", "v240", "v360"];
const PER_RENDITION = 167;
const FILES = RENDITIONS.length * PER_RENDITION;
const MEDIA_COUNT = 16;
let door: CountedStorage;
let kit: EdgeStack;
let desk: EventCalls;
const md5s = new Map<string, string>();

beforeAll(async () => {
  door = await startCountedStorage();
  kit = await startEdgeStack([], {
    edges: 3,
    // A filler that is thrown out in the middle of a body reads again: s-fillers tells of that.
    shim: { evictionChance: 0 },
    toml: () => `
[[origins]]
id = "chunks"
kind = "s3"
endpoint = "${door.url}"
bucket = "chunks"
credentials = "DEMO_CHUNKS"

[[channels]]
id = "premiere"
mode = "vod"
playlist = "master.m3u8"
origins = [{id = "chunks", prefix = "/premiere"}]
[channels.policy]
hot_tier = true

[prices]
currency = "USD"
source = "this test"
date = "2026-11-20"
origin_requests_per_million = 0.4
origin_bytes_per_gb = 0.09
`,
  });
  desk = makeEventCalls(kit.stack.controlUrl, kit.stack.token);
  door.open(kit.stack.storage);
  await upload();
}, 120_000);
afterAll(async () => {
  await kit?.stop();
  await door?.stop();
});

async function upload(): Promise<void> {
  const put = (path: string, body: Uint8Array<ArrayBuffer> | string) =>
    door.put(`premiere/${path}`, body);
  const master = RENDITIONS.map(
    (name, index) =>
      `#EXT-X-STREAM-INF:BANDWIDTH=${(index + 1) * 300_000},RESOLUTION=256x${name.slice(1)}\n` +
      `${name}/index.m3u8\n`,
  );
  await put("master.m3u8", `#EXTM3U\n${master.join("")}`);
  for (const name of RENDITIONS) {
    await put(`${name}/index.m3u8`, printVod(PER_RENDITION));
    const media = await Promise.all(
      Array.from({ length: MEDIA_COUNT }, (_, index) => readFile(toMedia(`${name}/${index}.m4s`))),
    );
    for (let msn = 0; msn < PER_RENDITION; msn += 8) {
      const group = Array.from({ length: Math.min(8, PER_RENDITION - msn) }, (_, at) => msn + at);
      await Promise.all(
        group.map(async (each) => {
          const bytes = new Uint8Array(media[each % MEDIA_COUNT] ?? []);
          md5s.set(`${name}/${each}.ts`, createHash("md5").update(bytes).digest("hex"));
          await put(`${name}/${each}.ts`, bytes);
        }),
      );
    }
  }
}

function toMedia(name: string): string {
  return fileURLToPath(new URL(`../../infra/local/media/files/${name}`, import.meta.url));
}

/** How often the storage was asked for each file. */
function countReads(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { method, path } of door.requests) {
    const name = path.replace(/^\/chunks\/premiere\//, "");
    if (method === "GET" && md5s.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

describe("a premiere", () => {
  let id = "";

  test("is planned before it is paid for", async () => {
    id = await desk.order({ title: "Premiere", channel: "premiere", regions: REGIONS, hold: true });
    await desk.until(id, ["planned"]);
    const plan = await desk.plan(id);
    expect(plan).toMatchObject({
      files: FILES,
      objects: FILES * 4,
      filesOfUnknownLength: 0,
      origin: { requests: FILES, bytes: plan.bytes },
      refusals: [],
      cost: { currency: "USD", source: "this test", date: "2026-11-20" },
    });
    expect(plan.bytes).toBeGreaterThan(1_000_000);
    const small = await desk.order({
      channel: "premiere",
      regions: REGIONS,
      renditions: { heightMax: 144 },
      window: { kind: "first", seconds: 20 },
      budget: { bytes: 1_000 },
    });
    const refused = await desk.until(small, ["failed", "done"]);
    expect(refused.problem).toMatch(/^The origins would send \d+ bytes, the budget is 1000\.$/);
    expect((await desk.plan(small)).files).toBe(10);
  });

  test("is warm in every region and in the hot tier, and was read once", async () => {
    expect(await desk.say(id, "run")).toBe(202);
    const done = await desk.until(id, ["done", "failed"], 150_000);
    expect(done).toMatchObject({ state: "done", problem: null, coverage: 1, decays: 0 });
    const reads = countReads();
    expect(reads.size).toBe(FILES);
    expect([...reads].filter(([, count]) => count !== 1)).toEqual([]);
  }, 180_000);

  test("every first viewer of every region gets a hit, with the bytes of the storage", async () => {
    for (const edge of kit.stack.edgeUrls) {
      const queue = [...md5s];
      const work = async () => {
        for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
          const [path, md5] = next;
          const response = await fetch(`${edge}/premiere/${path}`);
          expect(response.headers.get("cache-status"), `${edge} ${path}`).toMatch(/^weir; hit/);
          const bytes = new Uint8Array(await response.arrayBuffer());
          expect(createHash("md5").update(bytes).digest("hex")).toBe(md5);
        }
      };
      await Promise.all(Array.from({ length: 6 }, work));
    }
    // Not one of those requests went on to the storage.
    expect([...countReads()].filter(([, count]) => count !== 1)).toEqual([]);
  }, 90_000);

  test("the receipt says what was seen where, apart, and is signed", async () => {
    const signed = await desk.receipt(id);
    const { receipt, signature } = signed;
    expect(receipt.coverage).toEqual({ warm: FILES * 4, of: FILES * 4, wanted: 1 });
    expect(receipt.claims.filter(({ kind }) => kind !== "region-seen")).toEqual([
      { kind: "hot-tier", place: "hot-tier", dataCentres: [], proven: FILES, of: FILES },
      ...REGIONS.map((place) => ({
        kind: "data-centre",
        place,
        dataCentres: [`local-${place}`],
        proven: FILES,
        of: FILES,
      })),
    ]);
    for (const { path, md5, isCompared, failure } of receipt.entries) {
      expect([path, md5, isCompared, failure]).toEqual([path, md5s.get(path), true, null]);
    }
    const keys = (await (await desk.call("/receipt-keys")).json()) as { keys: JWK[] };
    const [jwk] = keys.keys;
    expect(jwk?.d).toBeUndefined();
    const check = async (body: unknown) => {
      const payload = Buffer.from(printCanonicalJson(body)).toString("base64url");
      const key = await importJWK(jwk ?? {}, "EdDSA");
      return flattenedVerify({ ...signature, payload } as never, key);
    };
    await expect(check(receipt)).resolves.toBeDefined();
    const forged = { ...receipt, coverage: { ...receipt.coverage, of: FILES } };
    await expect(check(forged)).rejects.toThrow(/signature verification failed/);
  }, 60_000);
});
