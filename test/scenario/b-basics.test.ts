// b-: what every viewer's request meets first. URL tricks, methods and small places, against the
// real worker. Paths are sent as they are written, over a raw socket: a URL class would tidy up
// exactly what is tested here.

import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { printVod } from "../kit/playlists.ts";

let kit: EdgeStack;

beforeAll(async () => {
  kit = await startEdgeStack([{ id: "basics", mode: "vod" }]);
  kit.a.on("/basics/index.m3u8", { body: printVod(3) });
  kit.a.on("/basics/0.ts", { body: "segment zero" });
  kit.a.on("/secret", { body: "nobody should read this" });
});
afterAll(() => kit?.stop());

/** Sends a request target byte for byte and gives the status and the problem's reason. */
async function ask(target: string, method = "GET"): Promise<string> {
  const { port } = new URL(kit.edge);
  const socket = connect(Number(port), "127.0.0.1");
  let text = "";
  const whole = new Promise<void>((resolve) => {
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (isWhole(text)) resolve();
    });
    socket.once("close", () => resolve());
  });
  socket.write(`${method} ${target} HTTP/1.1\r\nhost: edge\r\n\r\n`);
  await whole;
  socket.destroy();
  const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? "no answer";
  const reason = /urn:weir:problem:([a-z-]+)/.exec(text)?.[1];
  return reason === undefined ? status : `${status} ${reason}`;
}

/** The server keeps connections open: the announced length tells when an answer is over. */
function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
  return end >= 0 && length !== undefined && text.length >= end + 4 + Number(length);
}

describe("paths", () => {
  const rows: readonly (readonly [name: string, target: string, want: string])[] = [
    ["a playlist", "/basics/index.m3u8", "200"],
    ["a segment", "/basics/0.ts", "200"],
    ["another spelling of it", "/basics/%30%2ets", "200"],
    ["a token in front", "/~some.token/basics/0.ts", "200"],
    ["a file that is not there", "/basics/9.ts", "404 not-found"],
    ["no channel", "/", "404 not-found"],
    ["an unknown channel", "/other/index.m3u8", "404 unknown-channel"],
    ["a channel in capitals", "/Basics/index.m3u8", "404 not-found"],
    ["a channel without a path", "/basics", "400 bad-path"],
    ["a channel with an empty path", "/basics/", "400 bad-path"],
    ["an empty segment", "/basics//0.ts", "400 bad-path"],
    ["an encoded slash", "/basics/..%2f..%2fsecret", "400 bad-path"],
    ["an encoded backslash", "/basics/..%5c..%5csecret", "400 bad-path"],
    ["a backslash inside a name", "/basics/a%5cb.ts", "400 bad-path"],
    ["a NUL", "/basics/0.ts%00.m3u8", "400 bad-path"],
    ["a line feed", "/basics/0%0a.ts", "400 bad-path"],
    ["half an escape", "/basics/%e4.ts", "400 bad-path"],
    ["an escape of nothing", "/basics/%zz.ts", "400 bad-path"],
    ["timeline zero by label", "/basics/@t0/0.ts", "400 bad-path"],
    ["a leading zero", "/basics/@t01/0.ts", "400 bad-path"],
    ["a timeline that never was", "/basics/@t7/0.ts", "404 unknown-timeline"],
    ["the origin's root without leave", "/basics/@self/secret", "403 beyond-prefix"],
    ["a host alias that is none", "/basics/@elsewhere/x.ts", "404 unknown-host-alias"],
    ["an empty token", "/~/basics/0.ts", "400 bad-path"],
    ["an unknown place of ours", "/_/admin", "404 not-found"],
    ["too long", `/basics/${"a".repeat(9_000)}.ts`, "414 uri-too-long"],
    ["a long query", `/basics/0.ts?x=${"a".repeat(9_000)}`, "414 uri-too-long"],
  ];
  test.each(rows)("%s", async (_name, target, want) => {
    expect(await ask(target)).toBe(want);
  });

  test("dot segments cannot leave the channel", async () => {
    for (const target of ["/basics/../secret", "/basics/%2e%2e/secret", "/basics/.%2E/secret"]) {
      // The platform resolves them before we see them, or we refuse; nobody reads /secret.
      expect(await ask(target)).toMatch(/^(400|404) /);
    }
    expect(kit.a.count("/secret")).toBe(0);
  });
});

describe("methods", () => {
  test.each([
    ["POST", "405 method-not-allowed"],
    ["PUT", "405 method-not-allowed"],
    ["DELETE", "405 method-not-allowed"],
    ["PATCH", "405 method-not-allowed"],
  ])("%s is refused", async (method, want) => {
    expect(await ask("/basics/0.ts", method)).toBe(want);
  });

  test("a refusal names the methods there are", async () => {
    const response = await kit.get("/basics/0.ts", { method: "POST" });
    expect(response.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("HEAD gives the headers of GET and no body", async () => {
    for (const path of ["/basics/index.m3u8", "/basics/0.ts"]) {
      const plain = { headers: { "accept-encoding": "identity" } };
      const [get, head] = [
        await kit.get(path, plain),
        await kit.get(path, { ...plain, method: "HEAD" }),
      ];
      expect(head.status).toBe(200);
      expect(await head.text()).toBe("");
      for (const name of ["content-type", "etag", "content-length"]) {
        expect(head.headers.get(name), name).toBe(get.headers.get(name));
      }
      await get.text();
    }
  });

  test("OPTIONS allows what players send", async () => {
    const headers = {
      origin: "https://player.example",
      "access-control-request-headers": "cmcd-session,range",
    };
    const response = await kit.get("/basics/0.ts", { method: "OPTIONS", headers });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    const allowed = response.headers.get("access-control-allow-headers")?.toLowerCase() ?? "";
    expect(allowed).toContain("cmcd-session");
    expect(allowed).toContain("range");
  });
});

describe("every answer", () => {
  test("says how long it may be kept, and may be read by any page", async () => {
    for (const path of [
      "/basics/index.m3u8",
      "/basics/0.ts",
      "/basics/9.ts",
      "/nope/x",
      "/_/healthz",
    ]) {
      const response = await kit.get(path);
      await response.text();
      expect(response.headers.get("cache-control"), path).not.toBeNull();
      expect(response.headers.get("access-control-allow-origin"), path).toBe("*");
    }
  });
});

describe("places of our own", () => {
  test("healthz tells the policy and its age", async () => {
    const response = await kit.get("/_/healthz");
    const body = (await response.json()) as Record<string, unknown>;
    expect(body).toMatchObject({ status: "ok", region: "enam", channels: 1 });
    expect(body["policyAgeMs"]).toBeLessThan(20_000);
  });

  test.each([
    ["/_/probe?bytes=100000", 200, 100_000],
    ["/_/probe?bytes=0", 400, null],
    ["/_/probe?bytes=99999999", 400, null],
    ["/_/probe", 400, null],
  ] as const)("%s", async (path, status, length) => {
    const response = await kit.get(path);
    const body = await response.arrayBuffer();
    expect(response.status).toBe(status);
    if (length !== null) expect(body.byteLength).toBe(length);
  });
});
