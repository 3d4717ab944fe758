// s-: a live channel with the hot tier, watched in two regions. Every announced segment is read
// once in the world, whoever asks first, and an origin that loses its media is not missed.

import { afterAll, beforeAll, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { type LiveScript, startLiveScript } from "../kit/live-script.ts";
import { toUris } from "../kit/live-viewer.ts";

const PATH = "/world/index.m3u8";
let kit: EdgeStack;
const scripts: LiveScript[] = [];

beforeAll(async () => {
  kit = await startEdgeStack(
    [{ id: "world", origins: ["a", "b"], policy: "hot_tier = true", replicas: "identical" }],
    { edges: 2, shim: { evictionChance: 0 } },
  );
  for (const origin of [kit.a, kit.b]) scripts.push(startLiveScript({ origin, path: PATH }));
});
afterAll(async () => {
  for (const script of scripts) script.stop();
  await kit?.stop();
});

interface Got {
  readonly uri: string;
  readonly status: number;
  readonly text: string;
}

/** Fetches every segment that appears, as soon as it does, as a player at the live edge would. */
async function play(edge: string, untilMs: number): Promise<readonly Got[]> {
  const known = new Set<string>();
  const got: Promise<Got>[] = [];
  while (Date.now() < untilMs) {
    const playlist = await (await fetch(edge + PATH)).text();
    for (const uri of toUris(playlist).slice(-2)) {
      if (known.has(uri)) continue;
      known.add(uri);
      const response = fetch(`${edge}/world/${uri}`);
      got.push(
        response.then(async (each) => ({ uri, status: each.status, text: await each.text() })),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  return Promise.all(got);
}

const playEverywhere = (lastsMs: number) => {
  const untilMs = Date.now() + lastsMs;
  return Promise.all(kit.stack.edgeUrls.map((edge) => play(edge, untilMs)));
};

const expectRight = (all: readonly Got[]) => {
  for (const { uri, status, text } of all) {
    expect([uri, status, text]).toEqual([uri, 200, `s /world/${uri}`]);
  }
};

const reads = (uri: string) => kit.a.count(`/world/${uri}`) + kit.b.count(`/world/${uri}`);

test("each segment is read once in the world", async () => {
  await playEverywhere(2_500);
  const [first = [], second = []] = await playEverywhere(4_000);
  expectRight([...first, ...second]);
  const uris = [...new Set([...first, ...second].map(({ uri }) => uri))];
  expect(uris.length).toBeGreaterThan(3);
  expect(uris.map((uri) => [uri, reads(uri)])).toEqual(uris.map((uri) => [uri, 1]));
});

test("an origin that has lost its media is answered for by its replica", async () => {
  kit.a.onPrefix("/world/", { status: 500, body: "disk" });
  const answers = await playEverywhere(4_000);
  expectRight(answers.flat());
  expect(answers.flat().length).toBeGreaterThan(5);
});
