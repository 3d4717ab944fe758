// Segments from S3 storage, through the real edge, from two independent servers that check every
// signature: the embedded one and Ceph's. Addressing, session tokens, odd names, ranges,
// conditions, validators, and what is said, and not said, when credentials are wrong.

import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claimPort } from "../../infra/local/ports.ts";
import { type Stack, startStack } from "../../infra/local/stack.ts";
import type { S3Origin } from "../../workers/core/config/catalog.ts";
import { makeObjectStore } from "../../workers/platform/s3.ts";
import { hasRadosGateway } from "./kit/rados-gateway.ts";
import { type S3Server, startEmbedded, startGateway } from "./kit/s3-servers.ts";

const SEGMENT = randomBytes(300_000);
const LARGE = randomBytes(11_000_000);
const PARTED = randomBytes(6_000_000);
/** The least that S3 takes for a part that is not the last. */
const FIRST_PART_BYTES = 5_242_880;
const ODD_NAMES = ["a b.ts", "plus+and&.ts", "ünïcödé-日本.ts", "(1)!'*.ts", "per%cent.ts"];
const WRONG_SECRET = "not-the-secret-of-anybody";

const KINDS = [
  { name: "embedded", start: startEmbedded, isThere: true },
  // Only where Debian's packages cannot be had; the runner of these tests installs them.
  { name: "rados", start: startGateway, isThere: hasRadosGateway() },
] as const;

for (const { name, start, isThere } of KINDS) {
  describe.skipIf(!isThere)(`storage on ${name}`, () => {
    let server: S3Server;
    let stack: Stack;
    const said: string[] = [];
    const written: string[] = [];

    beforeAll(async () => {
      server = await start();
      await server.put("media/v0/0.ts", SEGMENT);
      await server.put("media/v0/large.ts", LARGE);
      await server.putInParts("media/v0/parted.ts", PARTED, FIRST_PART_BYTES);
      for (const odd of ODD_NAMES) await server.put(`media/odd/${odd}`, Buffer.from(odd));
      const { accessKeyId, secretAccessKey, session } = server;
      stack = await startOn(server, (line) => written.push(line), {
        WEIR_S3_RIGHT: `${accessKeyId}:${secretAccessKey}`,
        WEIR_S3_WRONG: `${accessKeyId}:${WRONG_SECRET}`,
        WEIR_S3_STRANGER: `NOBODYSKEY:${secretAccessKey}`,
        ...(session === null ? {} : { WEIR_S3_SESSION: session }),
        WEIR_LOG: "requests",
      });
    }, 120_000);
    afterAll(async () => {
      await stack?.stop();
      await server?.stop();
    });

    const ask = async (path: string, headers: Record<string, string> = {}, method = "GET") => {
      const response = await fetch(`${stack.edgeUrls[0]}${path}`, { headers, method });
      const bytes = Buffer.from(await response.arrayBuffer());
      const fields = JSON.stringify([...response.headers]);
      if (response.status >= 400) said.push(bytes.toString("utf8"), fields);
      return { status: response.status, headers: response.headers, bytes };
    };

    test("a segment, with its MD5 as a strong tag", async () => {
      const md5 = createHash("md5").update(SEGMENT).digest("hex");
      for (const _state of ["cold", "stored"]) {
        const { status, headers, bytes } = await ask("/path/v0/0.ts");
        expect(status).toBe(200);
        expect(bytes.equals(SEGMENT)).toBe(true);
        expect(headers.get("etag")).toBe(`"${md5}"`);
        expect(headers.get("content-type")).toBe("video/mp2t");
      }
    });

    test("eleven megabytes, whole", async () => {
      const { bytes } = await ask("/path/v0/large.ts");
      expect(Buffer.compare(bytes, LARGE)).toBe(0);
    });

    test("an object of several parts, whose tag is no MD5", async () => {
      for (const _state of ["cold", "stored"]) {
        const { status, bytes } = await ask("/path/v0/parted.ts");
        expect(status).toBe(200);
        expect(Buffer.compare(bytes, PARTED)).toBe(0);
      }
    });

    test.each(ODD_NAMES)("a name that must be encoded: %s", async (odd) => {
      const { status, bytes } = await ask(`/path/odd/${encodeURIComponent(odd)}`);
      expect([status, bytes.toString()]).toEqual([200, odd]);
    });

    test.each([
      ["bytes=0-9", 206, [0, 10]],
      ["bytes=299990-", 206, [299_990, 300_000]],
      ["bytes=-5", 206, [299_995, 300_000]],
      ["bytes=300000-", 416, null],
    ] as const)("a range: %s", async (range, want, slice) => {
      const { status, bytes } = await ask("/path/v0/0.ts", { range });
      expect(status).toBe(want);
      if (slice !== null) expect(bytes.equals(SEGMENT.subarray(...slice))).toBe(true);
    });

    test("a condition", async () => {
      const etag = (await ask("/path/v0/0.ts")).headers.get("etag") ?? "";
      expect((await ask("/path/v0/0.ts", { "if-none-match": etag })).status).toBe(304);
      expect((await ask("/path/v0/0.ts", { "if-none-match": '"other"' })).status).toBe(200);
      const since = (await ask("/path/v0/0.ts")).headers.get("last-modified") ?? "";
      expect((await ask("/path/v0/0.ts", { "if-modified-since": since })).status).toBe(304);
    });

    test("HEAD", async () => {
      const { status, headers, bytes } = await ask("/path/v0/0.ts", {}, "HEAD");
      expect([status, bytes.byteLength]).toEqual([200, 0]);
      expect(headers.get("etag")).toMatch(/^"[0-9a-f]{32}"$/);
    });

    test("what is not there", async () => {
      expect((await ask("/path/v0/absent.ts")).status).toBe(404);
    });

    if (name !== "embedded") {
      test("by virtual host", async () => {
        const { status, bytes } = await ask("/virtual/v0/0.ts");
        expect(status).toBe(200);
        expect(bytes.equals(SEGMENT)).toBe(true);
      });

      test("with a session token", async () => {
        const { status, bytes } = await ask("/session/v0/0.ts");
        expect(status).toBe(200);
        expect(bytes.equals(SEGMENT)).toBe(true);
      });
    }

    test.each(["wrong", "stranger", "missing"])(
      "a clear failure with %s credentials, and no word of them",
      async (channel) => {
        const { status, bytes, headers } = await ask(`/${channel}/v0/0.ts`);
        expect([502, 503]).toContain(status);
        expect(headers.get("content-type")).toMatch(/^application\/problem\+json/);
        expect(headers.get("cache-control")).toBe("no-store");
        const { detail } = JSON.parse(bytes.toString()) as { detail: string };
        expect(detail).toContain(channel);
      },
    );

    test("no answer and no line of a log gave a secret away", () => {
      expect(said.length).toBeGreaterThan(0);
      expect(written.join("\n")).toMatch(/"level":"warn".*"wrong"/);
      const secrets = [server.secretAccessKey, WRONG_SECRET, server.session ?? WRONG_SECRET];
      for (const word of [...secrets, server.accessKeyId, "NOBODYSKEY"]) {
        expect(said.join("\n")).not.toContain(word);
        expect(written.join("\n")).not.toContain(word);
      }
    });

    test("planners list it page by page, and know lengths and tags", async () => {
      const { accessKeyId, secretAccessKey } = server;
      const credentials = { accessKeyId, secretAccessKey, sessionToken: null };
      const store = makeObjectStore(toOrigin(server), credentials);
      const all = await store.list("media/", 100);
      expect(all.size).toBe(3 + ODD_NAMES.length);
      expect(all.get("media/v0/0.ts")).toEqual({
        lengthBytes: SEGMENT.byteLength,
        etag: createHash("md5").update(SEGMENT).digest("hex"),
        modifiedAtMs: expect.closeTo(Date.now(), -6),
      });
      expect((await store.list("media/odd/", 2)).size).toBeGreaterThanOrEqual(2);
      expect(await store.head("media/v0/absent.ts")).toBeNull();
      expect((await store.head("media/v0/large.ts"))?.lengthBytes).toBe(LARGE.byteLength);
    });
  });
}

function toOrigin({ endpoint, bucket }: S3Server): S3Origin {
  return {
    ...{ kind: "s3", id: "store", region: "us-east-1", prefix: "media", addressing: "path" },
    ...{ endpoint, bucket, credentials: "RIGHT" },
  };
}

/** A stack with a channel for each way of asking the server. */
async function startOn(
  server: S3Server,
  onWorkerLine: (line: string) => void,
  bindings: Record<string, string>,
): Promise<Stack> {
  const claim = async () => (await claimPort(0)) ?? Promise.reject(new Error("No port is free."));
  const { endpoint, bucket, virtualEndpoint, session } = server;
  const origin = (id: string, credentials: string, more: string, place = endpoint) =>
    `[[origins]]\nid = "${id}"\nkind = "s3"\nendpoint = "${place}"\nbucket = "${bucket}"\n` +
    `region = "us-east-1"\nprefix = "media"\ncredentials = "${credentials}"\n${more}`;
  const origins = [
    origin("path", "RIGHT", 'addressing = "path"\n'),
    origin("wrong", "WRONG", 'addressing = "path"\n'),
    origin("stranger", "STRANGER", 'addressing = "path"\n'),
    origin("missing", "MISSING", 'addressing = "path"\n'),
  ];
  if (session !== null) origins.push(origin("session", "SESSION", 'addressing = "path"\n'));
  if (virtualEndpoint !== null) {
    origins.push(origin("virtual", "RIGHT", 'addressing = "virtual"\n', virtualEndpoint));
  }
  const ids = origins.map((text) => /id = "([^"]+)"/.exec(text)?.[1] ?? "");
  const channels = ids.map(
    (id) => `[[channels]]\nid = "${id}"\nmode = "vod"\norigins = ["${id}"]\n`,
  );
  return await startStack({
    ports: { edges: [await claim()], control: await claim(), storage: await claim() },
    demo: false,
    unaligned: false,
    catalog: [...origins, ...channels, "[probe]\ninterval_ms = 60000\n"].join("\n"),
    data: null,
    bindings,
    onWorkerLine,
  });
}
