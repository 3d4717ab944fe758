// The whole demo against real S3 chunk storage: two origins, the VOD set, start and stop.

import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDemo } from "../../infra/local/demo/demo.ts";
import { listKeys, readObject, startChunkStorage, type TestStorage } from "./chunk-storage.ts";

let chunks: TestStorage;
beforeAll(async () => {
  chunks = await startChunkStorage();
});
afterAll(async () => {
  await chunks.dispose();
});

/** A moment just after a publication, held still, so that both origins show the same window. */
const NOW_MS = Date.UTC(2026, 10, 20, 12, 0, 0, 500);

async function readUris(url: string): Promise<string[]> {
  const text = await (await fetch(url)).text();
  return [...text.matchAll(/^[^#\n].*|(?<=URI=")[^"]+/gm)].map(([uri]) => uri);
}

describe("aligned", () => {
  test("both origins play the same, and storage has what their playlists name", async () => {
    const demo = await startDemo({ storage: chunks.storage, now: () => NOW_MS });
    const { east, west } = demo.origins;
    await demo.ready;
    const path = "v360/index.m3u8";
    const eastText = await (await fetch(`${east.url}/${path}`)).text();
    expect(eastText).toContain("PROGRAM-DATE-TIME:2026-11-20T11:59:58.000Z");
    expect(await (await fetch(`${west.url}/${path}`)).text()).toBe(eastText);
    expect([east.name, east.prefix, west.prefix]).toEqual(["east", "live/demo/", "live/demo/"]);
    for (const rendition of ["v360", "audio"]) {
      for (const uri of await readUris(`${east.url}/${rendition}/index.m3u8`)) {
        const served = await fetch(`${west.url}/${rendition}/${uri}`);
        const stored = await readObject(chunks.storage, `live/demo/${rendition}/${uri}`);
        expect(stored?.bytes.equals(Buffer.from(await served.arrayBuffer()))).toBe(true);
        expect(stored?.headers.get("etag")).toBe(served.headers.get("etag"));
      }
    }
    const vod = await listKeys(chunks.storage, "vod/demo/");
    expect(vod).toContain("vod/demo/master.m3u8");
    expect(vod).toContain("vod/demo/ts/master.m3u8");
    await demo.stop();
    for (const { url } of [east, west]) await expect(fetch(`${url}/${path}`)).rejects.toThrow();
  });
});

describe("unaligned", () => {
  test("west numbers, names, times and stores on its own", async () => {
    const options = { storage: chunks.storage, unaligned: true, now: () => NOW_MS };
    const demo = await startDemo(options);
    const { east, west } = demo.origins;
    await demo.ready;
    const text = await (await fetch(`${west.url}/v144/index.m3u8`)).text();
    expect(text).toMatch(/PROGRAM-DATE-TIME:2026-11-20T11:59:56\.700Z\n.*\nw\/seg_\d{8}\.m4s\n$/);
    const uris = await readUris(`${west.url}/v144/index.m3u8`);
    const keys = await listKeys(chunks.storage, "live/demo-west/v144/");
    expect(keys).toEqual(uris.map((uri) => `live/demo-west/v144/${uri}`).sort());
    const [eastMaster, westMaster] = await Promise.all(
      [east, west].map(async ({ url }) => (await fetch(`${url}/master.m3u8`)).text()),
    );
    expect(westMaster).toBe(eastMaster);
    await demo.stop();
  });
});

describe("start and stop", () => {
  test("a port in use is said clearly, and nothing is left listening", async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
    const address = blocker.address();
    const west = typeof address === "object" && address !== null ? address.port : 0;
    const start = startDemo({ storage: chunks.storage, ports: { west } });
    await expect(start).rejects.toThrow(`Port ${west} on 127.0.0.1 is in use.`);
    await new Promise((resolve) => blocker.close(resolve));
  });

  test("a wrong secret makes `ready` say so; stop still ends everything", async () => {
    const storage = { ...chunks.storage, secretAccessKey: "wrong" };
    const demo = await startDemo({ storage });
    await expect(demo.ready).rejects.toThrow(/cannot (be )?writ.* S3 chunk storage/);
    expect((await fetch(`${demo.origins.east.url}/v360/index.m3u8`)).status).toBe(503);
    await demo.stop();
  });

  test("stop before ready is no crash, and ports can be chosen again", async () => {
    const first = await startDemo({ storage: chunks.storage });
    const ports = { east: first.origins.east.port, west: first.origins.west.port };
    await first.stop();
    await expect(first.ready).rejects.toThrow();
    const second = await startDemo({ storage: chunks.storage, ports });
    expect(second.origins.east.port).toBe(ports.east);
    await second.ready;
    await second.stop();
  });
});
