// The judge of bodies, judged: what is right, and every way of being wrong, must be told apart.

import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BodyResult, BodyWire } from "./body-wire.ts";
import { toSegmentBody, toSegmentName } from "./segment-bytes.ts";

const LENGTH = 300_000;
const BODY = toSegmentBody("x/a-1.ts", LENGTH).bytes;

const WAYS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  "/right": (response) => {
    response.writeHead(200, { "content-length": LENGTH }).end(BODY);
  },
  "/chunked": (response) => {
    for (let at = 0; at < LENGTH; at += 7_001) response.write(BODY.subarray(at, at + 7_001));
    response.end();
  },
  "/damaged": (response) => {
    const bytes = Buffer.from(BODY);
    bytes[LENGTH - 1] = (bytes[LENGTH - 1] ?? 0) ^ 1;
    response.writeHead(200, { "content-length": LENGTH }).end(bytes);
  },
  "/short": (response) => {
    response.writeHead(200, { "content-length": LENGTH - 1 }).end(BODY.subarray(0, LENGTH - 1));
  },
  "/long": (response) => {
    response.writeHead(200, { "content-length": LENGTH + 1 });
    response.end(Buffer.concat([BODY, Buffer.of(0)]));
  },
  "/cut": (response) => {
    response.writeHead(200, { "content-length": LENGTH });
    response.write(BODY.subarray(0, 1_000), () => response.destroy());
  },
  "/cut-chunks": (response) => {
    response.write(BODY.subarray(0, 1_000), () => response.destroy());
  },
  "/absent": (response) => {
    response.writeHead(404, { "content-length": 0 }).end();
  },
  "/silent": () => undefined,
};

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => WAYS[request.url ?? ""]?.(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function ask(wire: BodyWire, path: string): Promise<BodyResult> {
  return new Promise((resolve) => wire.get(path, "", BODY, resolve));
}

describe("one answer", () => {
  test.each([
    ["/right", null],
    ["/chunked", null],
    ["/damaged", "damaged"],
    ["/short", "damaged"],
    ["/long", "damaged"],
    ["/cut", "cut"],
    ["/cut-chunks", "cut"],
    ["/absent", "status"],
    ["/silent", "timeout"],
  ] as const)("%s: %s", async (path, fault) => {
    const wire = new BodyWire(url, 500);
    const result = await ask(wire, path);
    wire.close();
    expect(result.fault).toBe(fault);
    if (fault === null) expect(result.bodyBytes).toBe(LENGTH);
  });
});

test("several answers over one connection are kept apart", async () => {
  const wire = new BodyWire(url, 2_000);
  const faults: (string | null)[] = [];
  for (const path of ["/right", "/chunked", "/damaged", "/absent", "/cut", "/right"]) {
    faults.push((await ask(wire, path)).fault);
  }
  wire.close();
  expect(faults).toEqual([null, null, "damaged", "status", "cut", null]);
});

test("bytes belong to their name, their length and their edition", () => {
  const all = [
    toSegmentBody("x/a-1.ts", 1_000),
    toSegmentBody("x/a-2.ts", 1_000),
    toSegmentBody("x/a-1.ts", 1_000, 1),
  ];
  expect(new Set(all.map(({ md5 }) => md5)).size).toBe(3);
  expect(toSegmentBody("x/a-1.ts", 1_000).md5).toBe(all[0]?.md5);
  expect(toSegmentName("/reader/@t3/x/a-1.ts?q=1")).toBe("x/a-1.ts");
});
