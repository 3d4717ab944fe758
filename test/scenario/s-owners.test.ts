// s-: the owner of a fill is a viewer's request, and the platform may end it at any moment, with
// everything that it has begun. Whoever reads along must not notice: one of them goes on with the
// fill from where it stood, and the origin is asked once more.
//
//   owner                         followers
//   1 begins the fill
//                                 2 join
//   3 ended by the platform
//                                 4 no beat for three ticks: one takes over
//                                 5 everybody has the file, whole

import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";

const MEGABYTE = 1024 * 1024;
const SEGMENT = randomBytes(2 * MEGABYTE);
const toHash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const WANT = toHash(SEGMENT);
const FOLLOWERS = 6;

let kit: EdgeStack;

beforeAll(async () => {
  kit = await startEdgeStack(
    [
      { id: "owner", mode: "vod" },
      { id: "hot", mode: "vod", policy: "hot_tier = true" },
    ],
    { shim: { evictionChance: 0 } },
  );
});
afterAll(() => kit?.stop());

const waitFor = (waitMs: number) => new Promise((resolve) => setTimeout(resolve, waitMs));

async function read(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(kit.edge + path, { headers });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const { status } = response;
  return { status, hash: toHash(bytes), phase: response.headers.get("cache-status") ?? "" };
}

/** The whole, or what a range asks for; the first answer's headers wait if they are told to. */
function script(path: string, holdMs: number): readonly string[] {
  const asked: string[] = [];
  kit.a.on(path, async (request) => {
    const range = request.headers.range ?? "";
    asked.push(range);
    if (asked.length === 1) await waitFor(holdMs);
    const start = Number(/bytes=(\d+)-/.exec(range)?.[1] ?? 0);
    const headers = { etag: '"same"' };
    const pace = { bytesPerSecond: MEGABYTE };
    if (start === 0) return { body: SEGMENT, headers, ...pace };
    const content = { "content-range": `bytes ${start}-${SEGMENT.length - 1}/${SEGMENT.length}` };
    const body = SEGMENT.subarray(start);
    return { status: 206, body, headers: { ...headers, ...content }, ...pace };
  });
  return asked;
}

describe("an owner that the platform ends", () => {
  test.each([
    { when: "before the origin has answered", holdMs: 3_000, second: /^$/ },
    { when: "in the middle of the body", holdMs: 0, second: /^bytes=[1-9]/ },
  ])("$when, is replaced by one follower", async ({ holdMs, second }) => {
    const path = `/owner/${holdMs}.m4s`;
    const asked = script(path, holdMs);
    const owner = read(path, { "x-shim-cut-ms": "800" }).catch(() => null);
    await waitFor(150);
    const followers = Array.from({ length: FOLLOWERS }, () => read(path));
    const answers = await Promise.all(followers);
    expect((await owner)?.hash).not.toBe(WANT);
    for (const { status, hash, phase } of answers) {
      expect([status, hash]).toEqual([200, WANT]);
      expect(phase).toContain("collapsed");
    }
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatch(second);
    await expect.poll(async () => (await read(path)).phase).toMatch(/; hit;/);
    expect(asked).toHaveLength(2);
  });

  test("though others wait at a filler, costs the origin nothing", async () => {
    const asked = script("/hot/0.m4s", 0);
    const owner = read("/hot/0.m4s", { "x-shim-cut-ms": "800" }).catch(() => null);
    await waitFor(150);
    const answers = await Promise.all(Array.from({ length: FOLLOWERS }, () => read("/hot/0.m4s")));
    expect((await owner)?.hash).not.toBe(WANT);
    for (const { status, hash } of answers) expect([status, hash]).toEqual([200, WANT]);
    expect(asked).toEqual([""]);
  });
});
