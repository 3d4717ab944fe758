// w-: preload events, from the API through the real queue to warm caches of several regions. Warm
// means that the next viewer there gets a hit; everything else must show as not warm.

import { AwsClient } from "aws4fetch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { printVod } from "../kit/playlists.ts";

const REGIONS = ["enam", "weur", "apac"];
const SEGMENTS = 40;
let kit: EdgeStack;

beforeAll(async () => {
  kit = await startEdgeStack(
    [
      { id: "show", mode: "vod" },
      { id: "holes", mode: "vod" },
    ],
    { edges: 3, toml: printLibrary },
  );
  for (const id of ["show", "holes"]) {
    kit.a.on(`/${id}/index.m3u8`, { body: printVod(SEGMENTS) });
    for (let msn = 0; msn < SEGMENTS; msn++) {
      kit.a.on(`/${id}/${msn}.ts`, {
        body: `${id} ${msn} `.repeat(500),
        headers: { etag: `"${msn}"` },
      });
    }
  }
});
afterAll(() => kit?.stop());

/** A channel read straight from the embedded chunk storage. */
function printLibrary(endpoint: string): string {
  return `
[[origins]]
id = "chunks"
kind = "s3"
endpoint = "${endpoint}"
bucket = "chunks"
credentials = "DEMO_CHUNKS"

[[channels]]
id = "library"
mode = "vod"
playlist = "index.m3u8"
origins = [{id = "chunks", prefix = "/library"}]
`;
}

interface Progress {
  readonly id: string;
  readonly state: string;
  readonly problem: string | null;
  readonly objects: { readonly planned: number; readonly warm: number; readonly failed: number };
  readonly bytes: { readonly planned: number; readonly warm: number };
  readonly failures: readonly {
    readonly path: string;
    readonly region: string;
    readonly failure: string;
  }[];
}

async function run(event: object): Promise<Progress> {
  const headers = {
    authorization: `Bearer ${kit.stack.token}`,
    "content-type": "application/json",
  };
  const url = `${kit.stack.controlUrl}/api/v1/events`;
  const accepted = await fetch(url, { method: "POST", headers, body: JSON.stringify(event) });
  expect(accepted.status).toBe(202);
  const { id } = (await accepted.json()) as Progress;
  let progress: Progress | null = null;
  await expect
    .poll(
      async () => {
        progress = (await (await fetch(`${url}/${id}`, { headers })).json()) as Progress;
        return progress.state;
      },
      { timeout: 45_000, interval: 200 },
    )
    .toMatch(/done|failed/);
  return progress as unknown as Progress;
}

/** What /metrics says of an event, without its id. The list of events may lag a moment behind. */
async function readGauges(id: string): Promise<string[]> {
  let lines: string[] = [];
  await expect
    .poll(
      async () => {
        const text = await (await fetch(`${kit.stack.controlUrl}/metrics`)).text();
        lines = text.split("\n").filter((line) => line.includes(id));
        return lines.length;
      },
      { timeout: 10_000, interval: 200 },
    )
    .toBeGreaterThan(0);
  return lines.map((line) => line.replace(`event="${id}",`, ""));
}

describe("an event", () => {
  test("makes every file a hit for the first viewer of every region", async () => {
    const progress = await run({ title: "The show", channel: "show", regions: REGIONS });
    expect(progress).toMatchObject({ state: "done", problem: null });
    expect(progress.objects).toEqual({ planned: SEGMENTS * 3, warm: SEGMENTS * 3, failed: 0 });
    for (const edge of kit.stack.edgeUrls) {
      for (let msn = 0; msn < SEGMENTS; msn++) {
        const response = await fetch(`${edge}/show/${msn}.ts`);
        expect(response.headers.get("cache-status"), `${edge} ${msn}`).toMatch(/^weir; hit/);
        expect(await response.text()).toBe(`show ${msn} `.repeat(500));
      }
    }
    // Once per region: each has a cache of its own here.
    for (let msn = 0; msn < SEGMENTS; msn++) expect(kit.a.count(`/show/${msn}.ts`)).toBe(3);
    expect((await readGauges(progress.id)).sort()).toEqual([
      `weir_preload_coverage{channel="show",region="apac"} 1`,
      `weir_preload_coverage{channel="show",region="enam"} 1`,
      `weir_preload_coverage{channel="show",region="weur"} 1`,
      `weir_preload_failed{channel="show"} 0`,
    ]);
  });

  test("names what did not become warm, and why", async () => {
    kit.a.on("/holes/3.ts", { status: 404 });
    kit.a.on("/holes/5.ts", { body: "private", headers: { "cache-control": "private" } });
    const progress = await run({ playlist: "/holes/index.m3u8", regions: ["weur"] });
    expect(progress.state).toBe("failed");
    expect(progress.problem).toBe(`2 of ${SEGMENTS} objects are not warm.`);
    expect(progress.failures).toEqual([
      { path: "3.ts", region: "weur", failure: "absent" },
      { path: "5.ts", region: "weur", failure: "not-cached" },
    ]);
    expect((await readGauges(progress.id)).sort()).toEqual([
      `weir_preload_coverage{channel="holes",region="weur"} ${(SEGMENTS - 2) / SEGMENTS}`,
      `weir_preload_failed{channel="holes"} 1`,
    ]);
  });

  test("says so when its playlist cannot be read", async () => {
    const progress = await run({ playlist: "/show/other.m3u8", regions: ["enam"] });
    expect(progress).toMatchObject({ state: "failed", objects: { planned: 0 } });
    expect(progress.problem).toBe("The edge answers 404 for /show/other.m3u8.");
  });
});

describe("chunk storage", () => {
  const put = async (key: string, body: string) => {
    const { endpoint, bucket, accessKeyId, secretAccessKey } = kit.stack.storage;
    const client = new AwsClient({ accessKeyId, secretAccessKey, service: "s3", region: "auto" });
    const response = await client.fetch(`${endpoint}/${bucket}/${key}`, { method: "PUT", body });
    expect(response.status).toBe(200);
  };

  test("refuses whoever does not hold its key", async () => {
    const { endpoint, bucket } = kit.stack.storage;
    const keys = { accessKeyId: "stranger", secretAccessKey: "guessed" };
    const stranger = new AwsClient({ ...keys, service: "s3", region: "auto" });
    const { status } = await stranger.fetch(`${endpoint}/${bucket}/library/0.ts`);
    expect([401, 403]).toContain(status);
  });

  test("tells sizes and validators, so that an outdated copy is not called warm", async () => {
    await put("library/index.m3u8", printVod(4));
    for (let msn = 0; msn < 4; msn++) await put(`library/${msn}.ts`, `first edit ${msn}`);
    const first = await run({ channel: "library", regions: ["enam"] });
    expect(first).toMatchObject({ state: "done", objects: { planned: 4, warm: 4 } });
    expect(first.bytes).toEqual({
      planned: 4 * "first edit 0".length,
      warm: 4 * "first edit 0".length,
    });

    // Replaced under their names while the edge still holds the old bytes.
    await put("library/1.ts", "other bytes!");
    await put("library/2.ts", "a longer second edit");
    const second = await run({ channel: "library", regions: ["enam"] });
    expect(second.state).toBe("failed");
    expect(second.failures).toEqual([
      { path: "1.ts", region: "enam", failure: "validator-mismatch" },
      { path: "2.ts", region: "enam", failure: "length-mismatch" },
    ]);
  });
});
