// g-: a library on chunk storage. Its listing says which names exist; a name that is not in it is
// asked about once for everybody, at most ten times a second, and an upload is served within a
// second of being there.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsClient } from "aws4fetch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";

let kit: EdgeStack;
const ready = Promise.withResolvers<void>();
let counter: { readonly server: Server; readonly log: { method: string; path: string }[] };

/** Stands in front of the storage and notes who asked for what. Signatures name this host. */
async function startCounter(): Promise<typeof counter & { readonly port: number }> {
  const log: { method: string; path: string }[] = [];
  const server = createServer((request, response) => {
    log.push({ method: request.method ?? "", path: (request.url ?? "").split("?")[0] ?? "" });
    void (async () => {
      // The stack lists its libraries before its own keys are known here.
      await ready.promise;
      const target = `${storageUrl()}${(request.url ?? "").replace(/^\/s3/, "")}`;
      const answer = await fetch(await signer().sign(target, { method: request.method ?? "GET" }));
      const body = Buffer.from(await answer.arrayBuffer());
      const type = answer.headers.get("content-type") ?? "application/octet-stream";
      const length = answer.headers.get("content-length") ?? String(body.byteLength);
      response.writeHead(answer.status, { "content-type": type, "content-length": length });
      response.end(request.method === "HEAD" ? undefined : body);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, log, port: (server.address() as AddressInfo).port };
}

const storageUrl = () => kit.stack.storage.endpoint;

function signer(): AwsClient {
  const { accessKeyId, secretAccessKey } = kit.stack.storage;
  return new AwsClient({ accessKeyId, secretAccessKey, service: "s3", region: "auto" });
}

async function upload(key: string): Promise<void> {
  const response = await signer().fetch(`${storageUrl()}/chunks/library/${key}`, {
    method: "PUT",
    body: `media ${key}`,
  });
  expect(response.status).toBe(200);
}

const asked = (method: string, key: string) =>
  counter.log.filter((each) => each.method === method && each.path.endsWith(`/library/${key}`))
    .length;

beforeAll(async () => {
  const started = await startCounter();
  counter = started;
  kit = await startEdgeStack([], {
    edges: 3,
    toml: () => `
[[origins]]
id = "chunks"
kind = "s3"
endpoint = "http://127.0.0.1:${started.port}/s3"
bucket = "chunks"
credentials = "DEMO_CHUNKS"

[[channels]]
id = "library"
mode = "vod"
playlist = "index.m3u8"
origins = [{id = "chunks", prefix = "/library"}]
`,
  });
  ready.resolve();
});
afterAll(async () => {
  await kit?.stop();
  counter?.server.close();
});

const edgeOf = (index: number) => kit.stack.edgeUrls[index % kit.stack.edgeUrls.length] ?? "";

async function status(name: string, edge = 0): Promise<number> {
  const response = await fetch(`${edgeOf(edge)}/library/${name}`);
  await response.arrayBuffer();
  return response.status;
}

describe("names that the listing does not hold", () => {
  test("are asked about with HEAD, once for all edges, before any read", async () => {
    // The listing of the empty storage is there as soon as such a name costs no read.
    const listed = async () => {
      const name = `probe-${counter.log.length}.ts`;
      expect(await status(name)).toBe(404);
      return asked("HEAD", name) === 1 && asked("GET", name) === 0;
    };
    await expect.poll(listed, { timeout: 45_000, interval: 1_000 }).toBe(true);
    const answers = await Promise.all([0, 1, 2, 0, 1, 2].map((edge) => status("none.ts", edge)));
    expect(answers).toEqual([404, 404, 404, 404, 404, 404]);
    expect(asked("HEAD", "none.ts")).toBeLessThanOrEqual(1);
    expect(asked("GET", "none.ts")).toBe(0);
  });

  // How soon is the bench's to say: within a second, on a machine that does nothing else.
  test("are served soon after their upload", async () => {
    expect(await status("new.ts")).toBe(404);
    await upload("new.ts");
    await expect.poll(() => status("new.ts"), { timeout: 5_000, interval: 50 }).toBe(200);
    for (const edge of [1, 2]) expect(await status("new.ts", edge)).toBe(200);
    // Found once, it is asked about no more.
    const heads = asked("HEAD", "new.ts");
    expect(await status("new.ts", 1)).toBe(200);
    expect(asked("HEAD", "new.ts")).toBe(heads);
  });

  test("cost ten questions a second at most, whoever guesses them and where", async () => {
    const before = counter.log.length;
    const startedAtMs = Date.now();
    let number = 0;
    const statuses = new Set<number>();
    while (Date.now() - startedAtMs < 3_000 || number < 400) {
      const guesses = Array.from({ length: 20 }, () => {
        number += 1;
        return status(`guess-${number}.ts`, number);
      });
      for (const each of await Promise.all(guesses)) statuses.add(each);
    }
    const seconds = (Date.now() - startedAtMs) / 1_000;
    const made = counter.log.slice(before).filter(({ path }) => path.includes("guess-"));
    expect(made.length).toBeLessThan(number);
    expect(made.every(({ method }) => method === "HEAD")).toBe(true);
    expect(made.length).toBeLessThanOrEqual(10 * Math.ceil(seconds));
    expect(statuses.has(503)).toBe(true);
    expect([...statuses].filter((each) => each !== 404 && each !== 503)).toEqual([]);
  });
});
