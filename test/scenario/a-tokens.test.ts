// a-: who may watch. Channels behind tokens, against the real workers: the ways in which a token
// comes, what it opens, that a refused viewer costs the origin nothing, and that nothing of a token
// reaches an origin, a key or another viewer.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { type LiveScript, startLiveScript } from "../kit/live-script.ts";
import { printVod } from "../kit/playlists.ts";
import { type MintKey, makeMacKey, makePairKey, mintCat, mintJwt } from "../kit/token-mint.ts";

let kit: EdgeStack;
let live: LiveScript;
let oldKey: MintKey;
let newKey: MintKey;
let foreignKey: MintKey;

const GUARD = 'auth = "token"\nissuers = ["shop"]';
const MASTER = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\nv/index.m3u8\n";
/** Whether an origin was ever sent something that looks like a token. */
let leaked = "";

beforeAll(async () => {
  oldKey = await makeMacKey("2026-a", 1);
  newKey = await makePairKey("2026-b");
  foreignKey = await makeMacKey("2026-a", 2);
  kit = await startEdgeStack(
    [
      { id: "film", mode: "vod", policy: GUARD },
      { id: "match", policy: GUARD },
      { id: "free", mode: "vod" },
      {
        id: "local",
        mode: "vod",
        policy: `${GUARD.replace("token", "token+geo")}\ncountries = ["QQ"]`,
      },
    ],
    {
      bindings: {
        WEIR_TOKEN_OLD: oldKey.secret,
        WEIR_TOKEN_NEW: newKey.secret,
        WEIR_TOKEN_OTHER: foreignKey.secret,
      },
      toml: () =>
        '[[issuers]]\nid = "shop"\niss = "shop"\nkeys = ["OLD", "NEW"]\nrevoked = ["gone"]\n' +
        '[[issuers]]\nid = "other"\nkeys = ["OTHER"]\n',
    },
  );
  for (const id of ["film", "free", "local"]) {
    kit.a.onPrefix(`/${id}/`, ({ url = "", headers }) => {
      if (/~|cat|token|cookie/i.test(url + Object.keys(headers).join())) leaked += url;
      if (url.endsWith("/index.m3u8") && !url.includes("/v/")) return { body: MASTER };
      return url.endsWith(".m3u8") ? { body: printVod(3) } : { body: `bytes of ${url}` };
    });
  }
  live = startLiveScript({ origin: kit.a, path: "/match/index.m3u8" });
});
afterAll(async () => {
  live?.stop();
  await kit?.stop();
});

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const toScope = (id: string) => `regex:http://127\\.0\\.0\\.1:[0-9]+/${id}/.*`;

function mint(more: Readonly<Record<string, unknown>> = {}, key = oldKey): Promise<string> {
  return mintJwt({ iss: "shop", exp: inSeconds(60), cdniuc: toScope("film"), ...more }, key);
}

/** Status, and why not. */
async function ask(path: string, init?: RequestInit): Promise<string> {
  const response = await kit.get(path, init);
  const text = await response.text();
  if (response.ok) return String(response.status);
  return `${response.status} ${/\(([a-z-]+)[:)]/.exec(text)?.[1] ?? text.slice(0, 200)}`;
}

describe("the ways in which a token comes", () => {
  test("none", async () => {
    const before = kit.a.count("/film/index.m3u8");
    const response = await kit.get("/film/index.m3u8");
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toContain("(missing)");
    expect(kit.a.count("/film/index.m3u8")).toBe(before);
  });

  test("in the path, and every URI below it carries it on", async () => {
    const token = await mint();
    const master = await kit.get(`/~${token}/film/index.m3u8`);
    expect(master.status).toBe(200);
    expect(master.headers.get("cache-control")).toMatch(/^private, /);
    const variant = new URL("v/index.m3u8", master.url);
    const text = await (await fetch(variant)).text();
    expect(text).not.toContain(token);
    const segment = await fetch(new URL("2.ts", variant));
    expect(segment.url).toContain(`/~${token}/film/v/2.ts`);
    expect(await segment.text()).toBe("bytes of /film/v/2.ts");
  });

  test.each([
    ["the header", (token: string) => ({ "cta-common-access-token": token })],
    ["its cookie", (token: string) => ({ cookie: `a=b; CTA-Common-Access-Token=${token}` })],
    ["the older cookie", (token: string) => ({ cookie: `URISigningPackage=${token}` })],
  ])("in %s", async (_name, toHeaders) => {
    expect(await ask("/film/v/0.ts", { headers: toHeaders(await mint()) })).toBe("200");
    expect(await ask("/film/v/0.ts", { headers: toHeaders("x") })).toBe("401 malformed");
  });

  test("the first place counts, also if it is wrong", async () => {
    const headers = { "cta-common-access-token": await mint() };
    expect(await ask("/~wrong/film/v/0.ts", { headers })).toBe("401 malformed");
  });

  test("as a Common Access Token", async () => {
    const claims = new Map<number, never>([
      [1, "shop" as never],
      [4, inSeconds(60) as never],
      [312, new Map([[3, new Map([[1, "/film/"]])]]) as never],
    ]);
    for (const key of [oldKey, newKey]) {
      const token = await mintCat(claims, key);
      expect(await ask(`/~${token}/film/v/1.ts`)).toBe("200");
      expect(await ask(`/~${token}/match/index.m3u8`)).toBe("403 out-of-scope");
    }
  });

  test("an open channel does not look at it", async () => {
    expect(await ask("/~anything/free/v/0.ts")).toBe("200");
    expect((await kit.get("/free/v/0.ts")).headers.get("cache-control")).toMatch(/^public, /);
  });
});

describe("what it opens", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["what it says", {}, "200"],
    ["not another channel", { cdniuc: toScope("match") }, "403 out-of-scope"],
    ["not after it was revoked", { jti: "gone" }, "401 revoked"],
    ["not before its time", { nbf: inSeconds(600) }, "401 not-yet-valid"],
    ["not with claims that nobody can judge", { vip: 1 }, "401 unknown-claim"],
    ["not for another address", { cdniip: "203.0.113.9" }, "403 wrong-network"],
  ])("%s", async (_name, more, want) => {
    expect(await ask(`/~${await mint(more)}/film/v/0.ts`)).toBe(want);
  });

  test("an expired token begins no session, and a running one goes on", async () => {
    const token = await mint({ exp: inSeconds(-60) });
    expect(await ask(`/~${token}/film/index.m3u8`)).toBe("401 expired");
    expect(await ask(`/~${token}/film/v/index.m3u8`)).toBe("200");
    expect(await ask(`/~${token}/film/v/0.ts`)).toBe("200");
    const old = await mint({ exp: inSeconds(-5 * 3_600) });
    expect(await ask(`/~${old}/film/v/0.ts`)).toBe("401 expired");
  });

  test("both keys while they are changed, and nobody else's", async () => {
    expect(await ask(`/~${await mint({}, newKey)}/film/v/0.ts`)).toBe("200");
    expect(await ask(`/~${await mint({}, foreignKey)}/film/v/0.ts`)).toBe("401 bad-signature");
    const unknown = await makeMacKey("2025", 1);
    expect(await ask(`/~${await mint({}, unknown)}/film/v/0.ts`)).toBe("401 unknown-key");
  });

  test("nothing in a country that the channel does not name", async () => {
    const token = await mint({ cdniuc: toScope("local") });
    expect(await ask(`/~${token}/local/v/0.ts`)).toBe("403 wrong-country");
  });
});

describe("a live channel", () => {
  test("its short way asks for the token as the whole way does", async () => {
    const token = await mint({ cdniuc: toScope("match") });
    const path = `/~${token}/match/index.m3u8`;
    expect(await ask(path)).toBe("200");
    for (let n = 0; n < 5; n++) {
      const response = await kit.get(path);
      expect(response.headers.get("cache-control")).toMatch(/^private, /);
      expect(await response.text()).toContain("#EXTM3U");
      expect(await ask("/match/index.m3u8")).toBe("401 missing");
      expect(await ask(`/~${token}x/match/index.m3u8`)).toMatch(/^401/);
      expect(await ask(`/~${await mint()}/match/index.m3u8`)).toBe("403 out-of-scope");
    }
  });
});

test("viewers with different tokens share one copy, and no origin saw a token", async () => {
  const before = kit.a.count("/film/v/1.ts");
  await ask(`/~${await mint()}/film/v/1.ts`);
  for (const jti of ["a", "b", "c"]) {
    const headers = { "cta-common-access-token": await mint({ jti }) };
    expect(await ask(`/~${await mint({ jti })}/film/v/1.ts`)).toBe("200");
    expect(await ask("/film/v/1.ts", { headers })).toBe("200");
  }
  expect(kit.a.count("/film/v/1.ts") - before).toBeLessThanOrEqual(1);
  expect(leaked).toBe("");
});
