// s-: fillers that die, and credentials that nobody may see. Objects are thrown out of memory
// whenever they are idle, and some vanish as if their machine had: viewers must not notice, and the
// origins are read again at most once for each.

import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";

const MEGABYTE = 1024 * 1024;
const SEGMENT = randomBytes(2 * MEGABYTE);
const toHash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const WANT = toHash(SEGMENT);
/** Longest that a viewer may wait for a fill whose owner is gone, beyond what the origin takes. */
const REPLACED_MS_MAX = 500;
/** The way there and back, a look into the hot tier, and a machine that does other things too. */
const AROUND_MS = 400;

const SECRETS = {
  WEIR_HTTP_DOOR: "Authorization: Bearer open-sesame-7731\nX-Door: brass-key-9152",
  WEIR_S3_VAULT: "VAULTKEYID5561:vault-secret-8824:vault-session-3390",
};
const SECRET_WORDS = /open-sesame|brass-key|VAULTKEYID|vault-secret|vault-session/;

let kit: EdgeStack;

beforeAll(async () => {
  Object.assign(process.env, SECRETS);
  kit = await startEdgeStack(
    [
      { id: "restless", mode: "vod", policy: "hot_tier = true" },
      { id: "gone", mode: "vod", policy: "hot_tier = true" },
    ],
    {
      edges: 2,
      shim: { evictionChance: 0.5 },
      log: "requests",
      toml: (storageUrl, a) =>
        `[[origins]]\nid = "door"\nkind = "http"\nurl = "${a.url}/door"\ncredentials = "DOOR"\n` +
        `[[origins]]\nid = "vault"\nkind = "s3"\nendpoint = "${storageUrl}"\nbucket = "chunks"\n` +
        `credentials = "VAULT"\n` +
        `[[origins]]\nid = "lost"\nkind = "http"\nurl = "${a.url}/lost"\ncredentials = "LOST"\n` +
        ["door", "vault", "lost"]
          .map(
            (id) =>
              `[[channels]]\nid = "${id}"\nmode = "vod"\norigins = ["${id}"]\n` +
              `playlist = "index.m3u8"\n`,
          )
          .join(""),
    },
  );
  kit.a.onPrefix("/door/", (request) =>
    request.headers.authorization === "Bearer open-sesame-7731" &&
    request.headers["x-door"] === "brass-key-9152"
      ? { body: SEGMENT }
      : { status: 401, body: "who is there?" },
  );
});
afterAll(async () => {
  await kit?.stop();
  for (const name of Object.keys(SECRETS)) Reflect.deleteProperty(process.env, name);
});

async function read(edge: string, path: string) {
  const startedAtMs = Date.now();
  const response = await fetch(edge + path);
  const firstByteMs = Date.now() - startedAtMs;
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, hash: toHash(bytes), firstByteMs, bytes };
}

describe("fillers", () => {
  test("that are thrown out of memory in the middle are asked again from there", async () => {
    const [first = "", second = ""] = kit.stack.edgeUrls;
    for (let index = 0; index < 8; index++) {
      const path = `/restless/${index}.m4s`;
      kit.a.on(path, {
        body: SEGMENT,
        headers: { etag: `"${index}"` },
        bytesPerSecond: 8 * MEGABYTE,
      });
      const answers = await Promise.all([read(first, path), read(second, path), read(first, path)]);
      for (const { status, hash } of answers) expect([status, hash]).toEqual([200, WANT]);
    }
  });

  test("whose machine is gone are replaced within half a second", async () => {
    kit.a.on("/gone/0.m4s", { body: SEGMENT });
    for (let shard = 0; shard < 16; shard++) {
      await fetch(`${kit.edge}/_shim/vanish?object=gone/${shard}`);
    }
    const { status, hash, firstByteMs } = await read(kit.edge, "/gone/0.m4s");
    expect([status, hash]).toEqual([200, WANT]);
    expect(firstByteMs).toBeLessThan(REPLACED_MS_MAX + AROUND_MS);
    expect(kit.a.count("/gone/0.m4s")).toBe(1);
  });
});

describe("credentials", () => {
  test("of an HTTP origin are sent to it and shown to nobody", async () => {
    expect((await read(kit.edge, "/door/0.m4s")).hash).toBe(WANT);
  });

  test("appear in no answer of edge or control, whatever goes wrong", async () => {
    const pages = [
      `${kit.edge}/door/absent.m4s`,
      `${kit.edge}/vault/0.m4s`,
      `${kit.edge}/vault/index.m3u8`,
      `${kit.edge}/lost/0.m4s`,
      `${kit.edge}/_/healthz`,
      ...["origins", "routes", "channels", "catalog"].map(
        (each) => `${kit.stack.controlUrl}/api/v1/${each}`,
      ),
      `${kit.stack.controlUrl}/metrics`,
    ];
    const headers = { authorization: `Bearer ${kit.stack.token}` };
    for (const page of pages) {
      const response = await fetch(page, { headers });
      const text = `${[...response.headers].join("\n")}\n${await response.text()}`;
      expect(text, page).not.toMatch(SECRET_WORDS);
    }
    const lost = await fetch(`${kit.edge}/lost/0.m4s`);
    expect([lost.status, await lost.text()]).toEqual([503, expect.stringContaining("credentials")]);
  });

  test("appear in no line that a worker writes, though it writes of every request", async () => {
    const written = () => kit.lines.join("\n");
    // Lines of requests, and of failures of each of the three: the net has caught something.
    for (const word of [/"level":"request".*\/door\//, /"warn".*"vault/, /"warn".*"lost/]) {
      await expect.poll(written).toMatch(word);
    }
    expect(written()).not.toMatch(SECRET_WORDS);
  });
});
