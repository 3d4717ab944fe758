// a-: what is left of a viewer. Players that say who they are in every way that there is watch for
// a while; then everything that the stack keeps on disk (objects, caches, buckets, KV) and
// everything that it wrote is searched for their words. There is nothing to delete where nothing is
// kept.
//
// Gap against production: Cloudflare keeps logs of its own, by the zone's settings.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { startLiveScript } from "../kit/live-script.ts";
import { printVod } from "../kit/playlists.ts";
import { makeMacKey, mintJwt } from "../kit/token-mint.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "weir-privacy-"));
const SESSION = "sid-of-somebody";
const AGENT = "player-of-somebody";
const ADDRESS = "203.0.113.77";
const JTI = "jti-of-somebody";

let kit: EdgeStack;
let token = "";
let metrics = "";
let files: ReadonlyMap<string, string>;

beforeAll(async () => {
  const key = await makeMacKey("k", 1);
  const exp = Math.floor(Date.now() / 1_000) + 600;
  token = await mintJwt({ exp, jti: JTI, cdniuc: "regex:https?://.*" }, key);
  kit = await startEdgeStack(
    [
      { id: "film", mode: "vod" },
      { id: "match", policy: "" },
      { id: "guarded", mode: "vod", policy: 'auth = "token"\nissuers = ["shop"]' },
    ],
    {
      data: FOLDER,
      log: "requests",
      bindings: { WEIR_TOKEN_K: key.secret },
      toml: () => '[[issuers]]\nid = "shop"\nkeys = ["K"]\n',
    },
  );
  for (const id of ["film", "guarded"]) {
    kit.a.onPrefix(`/${id}/`, ({ url = "" }) => {
      return url.endsWith(".m3u8") ? { body: printVod(3) } : { body: "media" };
    });
  }
  const live = startLiveScript({ origin: kit.a, path: "/match/index.m3u8" });
  await watch();
  // Counts ride on the first request after five seconds.
  await new Promise((resolve) => setTimeout(resolve, 5_500));
  await watch();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const headers = { authorization: `Bearer ${kit.stack.token}` };
  metrics = await (await fetch(`${kit.stack.controlUrl}/metrics`, { headers })).text();
  live.stop();
  await kit.stop();
  files = readAll(FOLDER);
}, 60_000);
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

/** As a player would that says everything. */
async function watch(): Promise<void> {
  const cmcd = encodeURIComponent(`bs,sid="${SESSION}"`);
  const headers = {
    "user-agent": AGENT,
    "cf-connecting-ip": ADDRESS,
    "x-forwarded-for": ADDRESS,
    "cmcd-session": `sid="${SESSION}"`,
    cookie: `CTA-Common-Access-Token=${token}`,
    referer: `https://${AGENT}.example/`,
  };
  for (const path of [
    `/film/index.m3u8?CMCD=${cmcd}`,
    `/film/0.ts?CMCD=${cmcd}`,
    "/match/index.m3u8",
    "/guarded/index.m3u8",
    `/~${token}/guarded/0.ts`,
    `/_/steering/film?_HLS_pathway=x&_weir_session=${SESSION}`,
    `/film/nobody-has-this.m3u8?CMCD=${cmcd}`,
  ]) {
    await (await kit.get(path, { headers })).arrayBuffer();
  }
}

function readAll(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path, readFileSync(path, "latin1")]),
  );
}

const toHolders = (word: string) => [...files].filter(([, text]) => text.includes(word));

test("the search looks where things are kept", () => {
  expect(files.size).toBeGreaterThan(5);
  // The catalog in an object, a segment in a cache.
  expect(toHolders("guarded").length).toBeGreaterThan(0);
  expect(toHolders("media").length).toBeGreaterThan(0);
  expect(metrics).toContain('channel="film"');
  expect(kit.lines.some((line) => line.includes("/guarded/0.ts"))).toBe(true);
});

test.each([
  ["the session that the player named", () => SESSION],
  ["the player's name", () => AGENT],
  ["the address", () => ADDRESS],
  ["the token", () => token],
  ["the token's signature", () => token.split(".")[2] ?? ""],
  ["the token's session", () => JTI],
])("%s is nowhere: not on disk, in no log, in no metric", (_name, toWord) => {
  const word = toWord();
  expect(word.length).toBeGreaterThan(8);
  expect(toHolders(word).map(([path]) => path)).toEqual([]);
  expect(kit.lines.filter((line) => line.includes(word))).toEqual([]);
  expect(metrics.includes(word)).toBe(false);
});
