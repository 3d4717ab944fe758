// infra/storage against Ceph's gateway: the rules are taken, come back, and do what they say. A
// page may read and not write; who is not named may not read; who only reads may not write. Whether
// something is forgotten after thirty days is the storage's promise and not waited for.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setUpBucket } from "../../infra/storage/bucket-set-up.ts";
import { hasRadosGateway } from "./kit/rados-gateway.ts";
import { type S3Server, startGateway } from "./kit/s3-servers.ts";

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL("../../infra/storage/apply.ts", import.meta.url));

describe.skipIf(!hasRadosGateway())("a bucket on Ceph's gateway", () => {
  let server: S3Server;
  let client: S3Client;

  beforeAll(async () => {
    server = await startGateway();
    await server.put("live/0.ts", Buffer.from("media"));
    const { endpoint, accessKeyId, secretAccessKey } = server;
    client = new S3Client({
      endpoint,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
      requestChecksumCalculation: "WHEN_REQUIRED",
    });
  }, 120_000);
  afterAll(() => server?.stop());

  const wishes = (more: object = {}) => ({
    bucket: server.bucket,
    prefix: "live/",
    keepDays: 30,
    readers: [],
    writers: [],
    requireTls: false,
    ...more,
  });

  test("all three parts come back as they were written, also the second time", async () => {
    const named = wishes({ readers: ["arn:aws:iam:::user/reader"] });
    for (const _time of [1, 2]) {
      const results = await setUpBucket(client, named);
      expect(results.map(({ part, outcome, detail }) => [part, outcome, detail])).toEqual([
        ["lifecycle", "in-place", ""],
        ["cors", "in-place", ""],
        ["policy", "in-place", ""],
      ]);
    }
  });

  test("a page may read, and not write", async () => {
    await setUpBucket(client, wishes());
    const preflight = async (method: string) => {
      const headers = { origin: "https://player.example", "access-control-request-method": method };
      const url = `${server.endpoint}/${server.bucket}/live/0.ts`;
      const response = await fetch(url, { method: "OPTIONS", headers });
      return response.headers.get("access-control-allow-origin");
    };
    // This gateway repeats the page; AWS answers with the star.
    expect(await preflight("GET")).toMatch(/^(?:\*|https:\/\/player\.example)$/);
    expect(await preflight("PUT")).toBeNull();
    expect(await preflight("DELETE")).toBeNull();
  });

  test("nobody reads without a key", async () => {
    await setUpBucket(client, wishes({ readers: ["arn:aws:iam:::user/reader"] }));
    const url = `${server.endpoint}/${server.bucket}/live/0.ts`;
    expect((await fetch(url)).status).toBe(403);
    const asked = new GetObjectCommand({ Bucket: server.bucket, Key: "live/0.ts" });
    expect((await client.send(asked)).ContentLength).toBe(5);
  });

  test("what is written says when it will be forgotten", async () => {
    await setUpBucket(client, wishes());
    const put = (Key: string) =>
      client.send(new PutObjectCommand({ Bucket: server.bucket, Key, Body: "x" }));
    const { Expiration = "" } = await put("live/1.ts");
    expect(Expiration).toContain('rule-id="weir-media"');
    const day = /expiry-date="([^"]+)"/.exec(Expiration)?.[1] ?? "";
    const days = (Date.parse(day) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBeGreaterThanOrEqual(30);
    expect(Math.round(days)).toBeLessThanOrEqual(31);
    expect((await put("library/1.ts")).Expiration).toBeUndefined();
  });

  test("the command says what it did, and what it would do", async () => {
    const { bucket, endpoint, accessKeyId, secretAccessKey } = server;
    const place = ["--bucket", bucket, "--endpoint", endpoint, "--no-tls"];
    const env = { ...process.env, WEIR_STORAGE_ADMIN: `${accessKeyId}:${secretAccessKey}` };
    const dry = await run(process.execPath, [SCRIPT, ...place, "--dry-run"], { env });
    expect(JSON.parse(dry.stdout)).toMatchObject({ lifecycle: [{ Expiration: { Days: 30 } }, {}] });
    expect(dry.stdout).not.toContain(secretAccessKey);
    const wrong = { ...env, WEIR_STORAGE_ADMIN: `${accessKeyId}:wrong` };
    await expect(run(process.execPath, [SCRIPT, ...place], { env: wrong })).rejects.toMatchObject({
      stdout: expect.stringMatching(/lifecycle: refused, \w+ \(403\)/),
    });
  });
});
